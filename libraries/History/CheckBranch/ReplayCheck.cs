using Pipeline.Contracts;
using Pipeline.History.ReadEvents;

namespace Pipeline.History.CheckBranch;

/// <summary>A replay's stream: begun, each caption scored once by one model, completed.</summary>
sealed class ReplayCheck
{
    readonly Dictionary<Guid, CaptionRescored> scores = [];

    /// <summary>The scores by caption.</summary>
    public IReadOnlyDictionary<Guid, CaptionRescored> Scores => scores;

    /// <summary>The scores' events, whose pictures are to be there.</summary>
    public List<ReadEvent> Events { get; } = [];

    /// <summary>Reads and checks the stream.</summary>
    /// <param name="stream">The stream's events.</param>
    /// <param name="branch">What refers to it.</param>
    /// <param name="order">The run's captions in the order of its steps.</param>
    public static ReplayCheck Of(IReadOnlyList<ReadEvent> stream, BranchSettings branch, IReadOnlyList<Guid> order)
    {
        var name = Streams.Replay(branch.ReplayId);
        if (stream.Count == 0 || stream[0].Data is not ReplayStarted started)
            throw BadHistoryException.At(name, 1, "replay_started.v1", "the replay is missing, although a branch learned from it");
        stream[0].Require(started with { ReplayId = branch.ReplayId, RunId = branch.RunId });
        if (stream[^1].Data is not ReplayCompleted completed)
            throw BadHistoryException.At(name, stream.Count + 1, "replay_completed.v1", "the replay's end is missing, although a branch learned from it");

        var check = new ReplayCheck();
        foreach (var @event in stream.Skip(1).SkipLast(1)) check.Take(@event, started, completed.Model);
        Guid[] captions = [.. order.Where(check.scores.ContainsKey)];
        if (captions.Length != check.scores.Count) throw stream[0].Bad("the replay has scored captions that the run has not learned from");
        stream[0].Require(started with
        {
            Captions = captions.Length, CaptionsRoot = MerkleTree.Root([.. captions.Select(id => id.ToByteArray(bigEndian: true))]),
        });
        stream[^1].Require(new ReplayCompleted(
            branch.ReplayId, captions.Length, completed.Model,
            MerkleTree.Root([.. captions.Select(id => CanonicalJson.Serialize(check.scores[id]))])));
        return check;
    }

    void Take(ReadEvent @event, ReplayStarted started, string model)
    {
        if (@event.Data is not CaptionRescored rescored) throw @event.Bad("between its beginning and its end a replay has caption_rescored.v1");
        @event.Require(rescored with { ReplayId = started.ReplayId, Reward = started.Reward, Model = model });
        if (!scores.TryAdd(rescored.CaptionId, rescored)) throw @event.Bad("the caption has a score already");
        Events.Add(@event);
    }
}
