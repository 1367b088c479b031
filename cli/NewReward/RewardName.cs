using System.Text.RegularExpressions;
using Pipeline.Cli.Terminal;

namespace Pipeline.Cli.NewReward;

/// <summary>What a new reward is called: by runs and by its queue, and in C#.</summary>
/// <param name="Name">Lower-case letters, digits and single dashes, a letter first.</param>
/// <param name="Class">The same as a name of C#: <c>my-reward</c> is MyReward.</param>
sealed partial record RewardName(string Name, string Class)
{
    /// <summary>Those of the embedded pack: a second service of that name would share their work.</summary>
    static readonly string[] Taken = ["blip", "oracle", "vgg"];

    /// <summary>Namespaces that the made files use.</summary>
    static readonly string[] Reserved = ["pipeline", "system", "xunit"];

    /// <exception cref="CliException">It is no name for a reward, or there is a reward of this name.</exception>
    public static RewardName Parse(string text)
    {
        if (!Pattern.IsMatch(text))
            throw new CliException($"'{text}' is no name for a reward: lower-case letters, digits and single dashes between them, a letter first, such as my-reward");
        if (Taken.Contains(text))
            throw new CliException($"there is a reward '{text}' already: two services of one name would share its captions");
        if (Reserved.Contains(text))
            throw new CliException($"'{text}' is no name for a reward: a namespace that its files use is called so");
        return new(text, string.Concat(text.Split('-').Select(word => $"{char.ToUpperInvariant(word[0])}{word[1..]}")));
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    private static partial Regex Pattern { get; }
}
