using Pipeline.Testing;

namespace Pipeline.Browser;

/// <summary>Pictures of pages: those of the documentation when <c>PIPELINE_WRITE_SCREENSHOTS=1</c>, all others in a folder for whoever wants to look.</summary>
static class Screenshots
{
    static readonly string Looked = Path.Combine(Path.GetTempPath(), "studio-screenshots");
    static readonly string Documented = Environment.GetEnvironmentVariable("PIPELINE_WRITE_SCREENSHOTS") == "1"
        ? Path.Combine(Repository.Root, "docs", "images", "studio")
        : Looked;

    /// <summary>In the dark and on a phone the documents show a run: three pictures of every page would be 3 MB.</summary>
    static bool IsDocumented(string name) => name is "run-dark" or "run-phone" || !(name.EndsWith("-dark", StringComparison.Ordinal) || name.EndsWith("-phone", StringComparison.Ordinal));

    /// <summary>Takes one of what the window shows.</summary>
    /// <param name="visit">Where.</param>
    /// <param name="name">The file's name without its ending.</param>
    public static async Task TakeAsync(this Visit visit, string name) =>
        await visit.ExamineAsync(() => visit.Page.ScreenshotAsync(new() { Path = Path.Combine(IsDocumented(name) ? Documented : Looked, $"{name}.png") }));
}
