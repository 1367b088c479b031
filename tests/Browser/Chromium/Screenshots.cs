using Pipeline.Testing;

namespace Pipeline.Browser;

/// <summary>Pictures of pages: those of the documentation when <c>PIPELINE_WRITE_SCREENSHOTS=1</c>, else in a folder for whoever wants to look.</summary>
static class Screenshots
{
    static readonly string Folder = Environment.GetEnvironmentVariable("PIPELINE_WRITE_SCREENSHOTS") == "1"
        ? Path.Combine(Repository.Root, "docs", "images", "studio")
        : Path.Combine(Path.GetTempPath(), "studio-screenshots");

    /// <summary>Takes one of what the window shows.</summary>
    /// <param name="visit">Where.</param>
    /// <param name="name">The file's name without its ending.</param>
    public static async Task TakeAsync(this Visit visit, string name) =>
        await visit.ExamineAsync(() => visit.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}.png") }));
}
