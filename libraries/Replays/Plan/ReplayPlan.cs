using System.Buffers.Binary;
using System.Security.Cryptography;
using Pipeline.Contracts;

namespace Pipeline.Replays;

/// <summary>Captions that are sent together.</summary>
/// <param name="Step">The step that they are of.</param>
/// <param name="CaptionIds">The captions, in the step's order.</param>
public sealed record ReplayBatch(int Step, IReadOnlyList<Guid> CaptionIds)
{
    /// <summary>What messages call it.</summary>
    public Guid Id { get; } = Ids.Batch(CaptionIds);
}

/// <summary>The captions of a replay, in order. Pure: the same run and selection give the same plan.</summary>
/// <param name="Batches">What is sent.</param>
public sealed record ReplayPlan(IReadOnlyList<ReplayBatch> Batches)
{
    /// <summary>Every caption in order.</summary>
    public IEnumerable<Guid> CaptionIds => Batches.SelectMany(batch => batch.CaptionIds);

    /// <summary>How many captions.</summary>
    public int Captions { get; } = Batches.Sum(batch => batch.CaptionIds.Count);

    /// <summary>Merkle root of the captions' ids.</summary>
    public string Root => MerkleTree.Root([.. CaptionIds.Select(id => id.ToByteArray(bigEndian: true))]);

    /// <summary>
    /// The selected captions of <paramref name="run"/>. They are sent in the groups in which they were scored at first, because sums in
    /// another grouping differ in the last bit: a reward that did not change then gives the same scores, bit for bit.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="selection">Which captions.</param>
    /// <param name="size">Captions per message; null for the run's own grouping.</param>
    /// <param name="isDrawn">Whether the reward looks at pictures.</param>
    /// <exception cref="ReplayException">Nothing is selected.</exception>
    public static ReplayPlan Of(RecordedRun run, ReplaySelection selection, int? size, bool isDrawn)
    {
        var steps = run.Steps
            .Where(step => step.Step >= selection.FirstStep && step.Step <= selection.LastStep)
            .Where(step => selection.PolicyVersion is null || step.Policy.Version == selection.PolicyVersion).ToList();
        var chosen = Chosen([.. steps.SelectMany(step => step.Captions).Select(caption => caption.CaptionId)], selection);
        var micro = run.Settings.MicroBatch;
        ReplayBatch[] batches =
        [
            .. from step in steps
               from command in step.Captions.Chunk(micro)
               from part in command.Chunk(size ?? (isDrawn ? run.Settings.Drawing?.MicroBatch ?? 1 : micro))
               let ids = part.Select(caption => caption.CaptionId).Where(chosen.Contains).ToArray()
               where ids.Length > 0
               select new ReplayBatch(step.Step, ids),
        ];
        return batches.Length > 0 ? new(batches) : throw new ReplayException(
            run.Steps.Count == 0 ? $"run {run.RunId} has not learned from any caption yet"
            : $"no caption of run {run.RunId} is selected: it has learned in {Steps(run.Steps.Count)}, "
                + $"from captions of versions {run.Steps.Min(step => step.Policy.Version)} to {run.Steps.Max(step => step.Policy.Version)}");
    }

    /// <remarks>How many, because pages count steps from 1 and everything else from 0.</remarks>
    static string Steps(int count) => count == 1 ? "1 step" : $"{count} steps";

    static HashSet<Guid> Chosen(IReadOnlyList<Guid> captions, ReplaySelection selection) => selection.Sample is { } count
        ? [.. captions.OrderBy(id => Key(id, selection.Seed)).Take(count)]
        : [.. captions];

    /// <summary>A number that looks random and depends on nothing but the caption and the seed.</summary>
    static ulong Key(Guid id, long seed)
    {
        Span<byte> input = stackalloc byte[24], hash = stackalloc byte[SHA256.HashSizeInBytes];
        id.TryWriteBytes(input, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(input[16..], seed);
        SHA256.HashData(input, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
