using System.Text;
using Pipeline.Contracts;

namespace Pipeline.Replays;

/// <summary>What is asked for: everything that tells one replay from another.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Reward">The reward that shall score.</param>
/// <param name="Against">The recorded reward that it is compared with.</param>
/// <param name="Selection">Which captions.</param>
/// <param name="Drawing">How captions are drawn anew; null when they are not.</param>
public sealed record ReplayRequest(Guid RunId, string Reward, string Against, ReplaySelection Selection, DrawingSettings? Drawing)
{
    /// <summary>The replay's id.</summary>
    /// <param name="attempt">How often the same was asked before.</param>
    public Guid Id(int attempt) => Ids.Replay(Encoding.UTF8.GetString(CanonicalJson.Serialize(this)), attempt);
}
