using Pipeline.Contracts;
using Pipeline.Replays;

namespace Pipeline.Client;

/// <summary>A replay as people ask for it.</summary>
/// <param name="RunId">The run whose captions are scored again.</param>
/// <param name="Reward">The reward that scores, by the name that its service has.</param>
/// <param name="Against">The recorded reward to compare with; null for the same one, else the one trained on.</param>
/// <param name="FirstStep">From this step on, counted from 0.</param>
/// <param name="LastStep">Up to and with this step.</param>
/// <param name="PolicyVersion">Only what this version wrote; null for any.</param>
/// <param name="Sample">So many of them, drawn at random; null for all.</param>
/// <param name="Seed">Decides which are drawn.</param>
/// <param name="Redraw">Draw the captions again instead of looking at the recorded pictures.</param>
/// <param name="Drawing">How to draw them then.</param>
/// <param name="Batch">Captions a message; null for as many as the run had.</param>
/// <param name="New">Begin anew, also where an unfinished replay of this kind could go on.</param>
/// <param name="Named">The reward's name for people, when the service that scores has another one.</param>
public sealed record ReplayOrder(
    Guid RunId, string Reward, string? Against = null, int FirstStep = 0, int LastStep = int.MaxValue, int? PolicyVersion = null,
    int? Sample = null, long Seed = 0, bool Redraw = false, DrawingRequest? Drawing = null, int? Batch = null, bool New = false, string? Named = null)
{
    /// <summary>Refuses numbers that no replay can have.</summary>
    /// <exception cref="RequestException">Names the first of them, its value and what is allowed.</exception>
    internal void Check()
    {
        AtLeast("firstStep", FirstStep, 0, ", counted from 0");
        AtLeast("lastStep", LastStep, FirstStep, ", which is the first step");
        AtLeast("sample", Sample, 1);
        AtLeast("batch", Batch, 1);
    }

    static void AtLeast(string field, int? value, int least, string why = "")
    {
        if (value < least) throw new RequestException($"{field}: {value} is not allowed; allowed: at least {least}{why}");
    }

    /// <remarks>The last step is the run's own, also where none is named: a run that has learned on since is asked something else.</remarks>
    internal ReplaySelection Selection(RecordedRun run) => new(
        FirstStep, Math.Min(LastStep, run.Steps.Count > 0 ? run.Steps[^1].Step : LastStep), PolicyVersion, Sample, Sample is null ? 0 : Seed);

    /// <summary>The recorded reward that it is compared with.</summary>
    internal string Counterpart(RecordedRun run) => Against is null ? run.Counterpart(Named ?? Reward)
        : run.Settings.Rewards.ContainsKey(Against) ? Against
        : throw new RequestException($"the run did not record a reward '{Against}'; it did {string.Join(", ", run.Settings.Rewards.Keys)}");

    /// <summary>How captions are drawn anew; null when they are not.</summary>
    internal DrawingSettings? DrawAnew(RecordedRun run, OfferedRewards offered)
    {
        var isDrawn = offered.Pictures.Contains(Reward);
        var asked = Drawing ?? new DrawingRequest();
        if (!Redraw)
        {
            if (isDrawn && run.Settings.Drawing is null)
                throw new RequestException($"reward '{Reward}' looks at pictures, and the run drew none: its captions have to be drawn again, which is done on request only (`redraw`)");
            if (asked != new DrawingRequest()) throw new RequestException("how to draw is about captions that are drawn again (`redraw`): give both");
            return null;
        }
        if (!isDrawn) throw new RequestException($"reward '{Reward}' looks at no pictures: there is nothing to draw again");
        var before = run.Settings.Drawing ?? new DrawingSettings { Rewards = [Reward] };
        var drawing = asked.Resolve([Reward], before with { Rewards = [Reward], StandardErrorBound = 0 }, offered)!;
        if (drawing.StandardErrorBound > 0) throw new RequestException("a replay draws every caption equally often (`samples`): it has no bound of the standard error");
        return drawing;
    }
}
