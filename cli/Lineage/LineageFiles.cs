using System.Globalization;
using System.Text.Json;
using Pipeline.Contracts;

namespace Pipeline.Cli.Lineage;

/// <summary>Takes the captions of a lineage, step by step, into a file or onto the screen.</summary>
interface ILineageWriter : IAsyncDisposable
{
    /// <summary>Writes a step's captions.</summary>
    void Add(LineageStep step);

    /// <summary>Writes what is known when all steps were added.</summary>
    void End(LineageSummary summary);
}

/// <summary>A JSON file: the lineage's versions with their captions, and the counts.</summary>
sealed class LineageJson : ILineageWriter
{
    readonly Utf8JsonWriter _json;
    readonly Stream _file;

    public LineageJson(Stream file, IReadOnlyList<LineagePart> parts)
    {
        _file = file;
        _json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        _json.WriteStartObject();
        _json.WriteString("run", parts[^1].Started.RunId);
        _json.WriteNumber("version", parts[^1].Version);
        _json.WriteString("preTrained", parts[0].Started.Settings.Captioner);
        _json.WriteStartArray("steps");
    }

    public void Add(LineageStep step)
    {
        JsonSerializer.Serialize(
            _json,
            new
            {
                Run = step.Made.RunId, step.Made.Version, Weights = step.Made.WeightsSha256, step.Made.Checkpoint, step.Made.BatchRoot, step.Made.Previous,
                step.Problems,
                Captions = step.Captions.Select(caption => (caption, caption.Sampled)).Select(pair => new
                {
                    Caption = pair.Sampled.CaptionId, Picture = pair.Sampled.PictureSha256, pair.Sampled.Sample, pair.Sampled.Seed,
                    WrittenBy = pair.Sampled.Policy, pair.Sampled.Text,
                    Scores = pair.caption.Scores.Select(score => new { score.Reward, score.Score, score.Model }),
                    Drawings = pair.caption.Drawings.Select(drawing => new { drawing.Drawing, drawing.Recipe.Model, drawing.Images }),
                }),
            },
            ContractJson.Options);
        if (_json.BytesPending > 1 << 20) _json.Flush();
    }

    public void End(LineageSummary summary)
    {
        _json.WriteEndArray();
        _json.WritePropertyName("counts");
        JsonSerializer.Serialize(
            _json,
            new
            {
                summary.Named, summary.Found, summary.Steps, summary.Proven, summary.Pictures, summary.Seeds, summary.Drawings, summary.IsComplete,
            },
            ContractJson.Options);
        _json.WriteEndObject();
    }

    public async ValueTask DisposeAsync()
    {
        await _json.DisposeAsync();
        await _file.DisposeAsync();
    }
}

/// <summary>A CSV file (RFC 4180): a line per caption and reward.</summary>
sealed class LineageCsv : ILineageWriter
{
    readonly StreamWriter _text;

    public LineageCsv(Stream file)
    {
        _text = new StreamWriter(file) { NewLine = "\r\n" };
        _text.WriteLine("run,version,caption,picture,sample,seed,written_by_version,written_by_checkpoint,text,reward,score,model,drawing_models");
    }

    public void Add(LineageStep step)
    {
        foreach (var caption in step.Captions)
        {
            var (sampled, drawers) = (caption.Sampled, string.Join(' ', caption.Drawings.Select(drawing => drawing.Recipe.Model).Distinct()));
            foreach (var score in caption.Scores)
                _text.WriteLine(string.Join(',', ((IEnumerable<object>)
                [
                    step.Made.RunId, step.Made.Version, sampled.CaptionId, sampled.PictureSha256, sampled.Sample, sampled.Seed,
                    sampled.Policy.Version, sampled.Policy.Checkpoint, sampled.Text, score.Reward, score.Score, score.Model, drawers,
                ]).Select(Field)));
        }
    }

    public void End(LineageSummary summary)
    {
    }

    public ValueTask DisposeAsync() => _text.DisposeAsync();

    static string Field(object value)
    {
        var text = value is double number ? number.ToString("R", CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
    }
}

/// <summary>The captions on the screen, a line each.</summary>
sealed class LineageLines : ILineageWriter
{
    public void Add(LineageStep step)
    {
        Console.WriteLine($"version {step.Made.Version} of run {step.Made.RunId}, root {step.Made.BatchRoot}");
        foreach (var caption in step.Captions)
        {
            var scores = string.Join(
                ' ', caption.Scores.Select(score => string.Create(CultureInfo.InvariantCulture, $"{score.Reward}={score.Score:0.000}({score.Model})")));
            var drawers = string.Concat(caption.Drawings.Select(drawing => $" drawn={drawing.Drawing}({drawing.Recipe.Model})"));
            var sampled = caption.Sampled;
            Console.WriteLine(
                $"  {sampled.CaptionId} picture={sampled.PictureSha256} seed={sampled.Seed} "
                + $"by={sampled.Policy.Version}({sampled.Policy.Checkpoint}) {scores}{drawers} \"{sampled.Text}\"");
        }
    }

    public void End(LineageSummary summary)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
