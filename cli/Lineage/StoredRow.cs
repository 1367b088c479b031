using System.Text.Json;
using Pipeline.Contracts;

namespace Pipeline.Cli.Lineage;

/// <summary>A caption's event as it is stored.</summary>
sealed class StoredRow
{
    static readonly string Sampled = EventNames.All[typeof(CaptionSampled)];
    static readonly string Rendered = EventNames.All[typeof(ImagesRendered)];
    static readonly string Scored = EventNames.All[typeof(CaptionScored)];
    static readonly string Rescored = EventNames.All[typeof(CaptionRescored)];

    readonly string _type;

    /// <summary>Reads an event that stands in a stream.</summary>
    public StoredRow(string stream, string type, string json)
    {
        (Stream, _type) = (stream, type);
        using var document = JsonDocument.Parse(json);
        Data = document.RootElement.Clone();
    }

    /// <summary>Its stream.</summary>
    public string Stream { get; }

    /// <summary>What it says.</summary>
    public JsonElement Data { get; }

    /// <summary>Whether it is the caption itself.</summary>
    public bool IsSampled => _type == Sampled;

    /// <summary>Whether it is a round of drawings.</summary>
    public bool IsRendered => _type == Rendered;

    /// <summary>Whether it is a score.</summary>
    public bool IsScored => _type == Scored;

    /// <summary>Whether it is a score that a replay gave.</summary>
    public bool IsRescored => _type == Rescored;

    /// <summary>The score that it is, a run's own or a replay's.</summary>
    public CaptionScored Score()
    {
        if (!IsRescored) return As<CaptionScored>();
        var again = As<CaptionRescored>();
        return new(again.CaptionId, again.ReplayId, 0, again.Reward, again.Score, again.SampleScores, again.Details, again.Model);
    }

    /// <summary>A member that is a text.</summary>
    public string Text(string member) => Data.GetProperty(member).GetString()!;

    /// <summary>The whole event.</summary>
    public T As<T>() => Data.Deserialize<T>(ContractJson.Options)!;
}
