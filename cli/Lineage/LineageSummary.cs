namespace Pipeline.Cli.Lineage;

/// <summary>A lineage in counts, taken in step by step.</summary>
sealed class LineageSummary
{
    readonly HashSet<string> _captions = [];
    readonly HashSet<string> _pictures = [];
    readonly HashSet<long> _seeds = [];
    readonly HashSet<string> _drawings = [];
    readonly SortedDictionary<(string Reward, string Model), int> _scores = [];
    readonly SortedDictionary<string, int> _drawers = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> _writers = [];
    readonly List<(LineageStep Step, string Problem)> _problems = [];

    /// <summary>How many ids the versions name: what must be found.</summary>
    public int Named { get; private set; }

    /// <summary>How many of them were found.</summary>
    public int Found { get; private set; }

    /// <summary>Steps.</summary>
    public int Steps { get; private set; }

    /// <summary>Steps whose root and link were recomputed and are as recorded.</summary>
    public int Proven { get; private set; }

    /// <summary>Captions that more than one step learned from.</summary>
    public int Repeated => Found - _captions.Count;

    /// <summary>Different pictures.</summary>
    public int Pictures => _pictures.Count;

    /// <summary>Different seeds.</summary>
    public int Seeds => _seeds.Count;

    /// <summary>Different drawn pictures.</summary>
    public int Drawings => _drawings.Count;

    /// <summary>Scores by reward and by what computed them.</summary>
    public IReadOnlyDictionary<(string Reward, string Model), int> Scores => _scores;

    /// <summary>Rounds of drawing by the drawing model.</summary>
    public IReadOnlyDictionary<string, int> Drawers => _drawers;

    /// <summary>Captions by the checkpoint that wrote them.</summary>
    public IReadOnlyDictionary<string, int> Writers => _writers;

    /// <summary>What does not fit.</summary>
    public IReadOnlyList<(LineageStep Step, string Problem)> Problems => _problems;

    /// <summary>Whether it is proven that nothing is missing.</summary>
    public bool IsComplete => Found == Named && Proven == Steps;

    /// <summary>Takes in a step.</summary>
    public void Add(LineageStep step)
    {
        Steps++;
        Named += step.Made.CaptionIds.Count;
        Found += step.Captions.Count;
        if (step.Problems.Count == 0) Proven++;
        _problems.AddRange(step.Problems.Select(problem => (step, problem)));
        foreach (var caption in step.Captions) Add(caption);
    }

    void Add(LearnedCaption caption)
    {
        _captions.Add(caption.Written.Stream);
        _pictures.Add(caption.Written.Text("pictureSha256"));
        _seeds.Add(caption.Written.Data.GetProperty("seed").GetInt64());
        Count(_writers, caption.Written.Data.GetProperty("policy").GetProperty("checkpoint").GetString()!);
        foreach (var score in caption.Judged) Count(_scores, (score.Text("reward"), score.Text("model")));
        foreach (var drawing in caption.Drawings)
        {
            Count(_drawers, drawing.Recipe.Model);
            _drawings.UnionWith(drawing.Images.Select(image => image.Sha256).OfType<string>());
        }
    }

    static void Count<T>(IDictionary<T, int> counts, T what) => counts[what] = counts.TryGetValue(what, out var count) ? count + 1 : 1;
}
