namespace Pipeline.Models.Pictures;

/// <summary>A picture cannot be used; the message names it and what is wrong with it.</summary>
public sealed class PictureException : Exception
{
    /// <summary>Picture <paramref name="name"/> cannot be used: <paramref name="problem"/> (a clause without a full stop).</summary>
    public PictureException(string name, string problem, Exception? inner = null)
        : base($"Picture '{name}': {problem}.", inner)
    {
        Name = name;
        Problem = problem;
    }

    /// <summary>The file's name, or what else identifies the picture.</summary>
    public string Name { get; }

    /// <summary>What is wrong with it.</summary>
    public string Problem { get; }
}
