using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Pipeline.Contracts;
using Pipeline.Learning.Steps;

namespace Pipeline.Benchmarks.Lineage;

/// <summary>
/// Made-up runs as the services would have written them, with true Merkle roots and links: each step has 40 captions of 128 pictures, each scored
/// by two rewards. They are copied into the tables, since appending a million events one by one takes hours.
/// </summary>
sealed class MillionEvents(NpgsqlDataSource database)
{
    const int CaptionsPerStep = 40, Pictures = 128;

    static readonly string[] Rewards = ["blip", "oracle"];
    static readonly Random Numbers = new(1);

    long _sequence;

    /// <summary>Events written so far.</summary>
    public long Events => _sequence;

    /// <summary>The picture that has that number.</summary>
    public static string Picture(int number) => Hash($"picture {number}");

    /// <summary>Writes a run of that many steps.</summary>
    /// <returns>Its id, the weights of its newest version and one of the captions that it learned from.</returns>
    public async Task<(Guid RunId, string Weights, Guid Caption)> WriteRunAsync(int steps)
    {
        var runId = Guid.NewGuid();
        (string Stream, object Data)[] events = [.. Run(runId, steps)];
        await using var connection = await database.OpenConnectionAsync();
        await using (var copy = await connection.BeginBinaryImportAsync("copy mt_streams (id, version, is_archived) from stdin (format binary)"))
        {
            foreach (var stream in events.CountBy(@event => @event.Stream))
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(stream.Key, NpgsqlDbType.Varchar);
                await copy.WriteAsync((long)stream.Value, NpgsqlDbType.Bigint);
                await copy.WriteAsync(false, NpgsqlDbType.Boolean);
            }
            await copy.CompleteAsync();
        }
        await CopyAsync(connection, runId, events);
        await using var next = new NpgsqlCommand($"select setval('mt_events_sequence', {_sequence})", connection);
        await next.ExecuteNonQueryAsync();
        var newest = events.Select(@event => @event.Data).OfType<PolicyUpdated>().Last();
        return (runId, newest.WeightsSha256, newest.CaptionIds[0]);
    }

    async Task CopyAsync(NpgsqlConnection connection, Guid runId, IEnumerable<(string Stream, object Data)> events)
    {
        var versions = new Dictionary<string, long>();
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, is_archived) from stdin (format binary)");
        foreach (var (stream, data) in events)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(++_sequence, NpgsqlDbType.Bigint);
            await copy.WriteAsync(Guid.NewGuid(), NpgsqlDbType.Uuid);
            await copy.WriteAsync(stream, NpgsqlDbType.Varchar);
            await copy.WriteAsync(versions[stream] = versions.GetValueOrDefault(stream) + 1, NpgsqlDbType.Bigint);
            await copy.WriteAsync(Encoding.UTF8.GetString(CanonicalJson.Serialize(data)), NpgsqlDbType.Jsonb);
            await copy.WriteAsync(EventNames.All[data.GetType()], NpgsqlDbType.Varchar);
            await copy.WriteAsync(DateTime.UnixEpoch.AddYears(56).AddMilliseconds(10 * _sequence), NpgsqlDbType.TimestampTz);
            await copy.WriteAsync("*DEFAULT*", NpgsqlDbType.Varchar);
            await copy.WriteAsync(data.GetType().FullName!, NpgsqlDbType.Varchar);
            await copy.WriteAsync($"{runId:D}", NpgsqlDbType.Varchar);
            await copy.WriteAsync(false, NpgsqlDbType.Boolean);
        }
        await copy.CompleteAsync();
    }

    static IEnumerable<(string Stream, object Data)> Run(Guid runId, int steps)
    {
        var (run, settings) = (Streams.Run(runId), new RunSettings
        {
            Name = "made up", Captioner = Hash("captioner"), TrainPictures = Hash("train"), Steps = steps, BatchSize = CaptionsPerStep,
            Rewards = new Dictionary<string, double> { ["blip"] = 1, ["oracle"] = 0 },
        });
        object link = new RunStarted(runId, settings);
        yield return (run, link);
        var policy = new PolicyRef(0, settings.Captioner);
        for (var step = 0; step < steps; step++)
        {
            CaptionRequest[] requests =
            [
                .. Enumerable.Range(0, CaptionsPerStep).Select(i => Picture(((CaptionsPerStep * step) + i) % Pictures))
                    .Select(picture => new CaptionRequest(Ids.Caption(runId, step, picture, 0), picture, 0, Ids.Seed(1, step, picture, 0))),
            ];
            yield return (run, new StepOpened(runId, step, policy, requests));
            CaptionSampled[] captions = [.. requests.Select(request => new CaptionSampled(
                request.CaptionId, runId, step, CaptionPurpose.Training, request.PictureSha256, 0, request.Seed, policy, new Decoding(DecodingMode.Sample),
                "a red circle above a blue square on a black background", [.. Enumerable.Range(300, 12)],
                [.. Enumerable.Range(0, 12).Select(_ => -Numbers.NextSingle())]))];
            CaptionScored[] scores = [.. captions.SelectMany(caption => Rewards.Select(reward => new CaptionScored(
                caption.CaptionId, runId, step, reward, Numbers.NextDouble(), [], new Dictionary<string, double>(), Hash(reward))))];
            foreach (var caption in captions) yield return (Streams.Caption(caption.CaptionId), caption);
            foreach (var score in scores) yield return (Streams.Caption(score.CaptionId), score);

            var root = MerkleTree.Root([.. CaptionLeaves.Of(requests, captions, [], scores, Rewards)]);
            var made = new PolicyUpdated(
                runId, step + 1, policy, Hash($"{runId} checkpoint {step}"), Hash($"{runId} weights {step}"), Hash("optimiser"), root, Link.To(link),
                [.. requests.Select(request => request.CaptionId)], new Dictionary<string, RewardNormalisation> { ["blip"] = new(1, 0.5, 2) },
                Enumerable.Range(0, 30).ToDictionary(i => $"figure/{i}", _ => Numbers.NextDouble()),
                new Dictionary<string, double> { ["time/update"] = 100 });
            yield return (run, made);
            (link, policy) = (made, new PolicyRef(made.Version, made.Checkpoint));
        }
        yield return (run, new RunCompleted(runId, policy, Hash($"{runId} weights {steps - 1}")));
    }

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
