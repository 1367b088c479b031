using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Pipeline.Browser.Pages;

[Collection(nameof(SeededStudio))]
public sealed partial class CurveTests(ChromiumBrowser browser, SeededStudio store)
{
    [Fact]
    public Task A_zoom_is_still_there_after_a_reload() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        await page.GotoAsync($"/runs/{store.Run.RunId}");
        var plot = page.Locator("figure.chart[data-name=reward] .u-over");
        await plot.ScrollIntoViewIfNeededAsync();
        var box = (await plot.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width / 4), box.Y + 40);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + 40, new() { Steps = 5 });
        await page.Mouse.UpAsync();
        await Expect(page).ToHaveURLAsync(Zoom);

        var zoomed = page.Url;
        await page.ReloadAsync();
        await Expect(page.Locator("#reset-zoom")).ToBeEnabledAsync();
        page.Url.ShouldBe(zoomed);
        await page.Locator("#reset-zoom").ClickAsync();
        await Expect(page).ToHaveURLAsync($"{store.Studio.Address}/runs/{store.Run.RunId}");
    });

    [Fact]
    public Task Two_runs_are_drawn_over_each_other() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        await page.GotoAsync($"/runs/{store.Run.RunId}");
        await page.GetByLabel("Draw over it").SelectOptionAsync(store.Run.BranchId.ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();

        var reward = page.Locator("figure.chart[data-name=reward]");
        await Expect(reward.Locator(".legend .entry")).ToHaveCountAsync(2);
        await Expect(reward.Locator("canvas")).ToBeVisibleAsync();
        await visit.CheckAsync();
    });

    [Fact]
    public Task A_chart_is_saved_as_the_numbers_that_it_shows() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        await page.GotoAsync($"/runs/{store.Run.RunId}");
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Reward: save the numbers as CSV", Exact = true });
        var download = await page.RunAndWaitForDownloadAsync(() => button.ClickAsync());

        download.SuggestedFilename.ShouldBe("reward.csv");
        var lines = await File.ReadAllLinesAsync((await download.PathAsync())!);
        lines[0].ShouldStartWith("step,");
        lines.Length.ShouldBe(401);
    });

    [Fact]
    public Task All_figures_of_a_run_are_downloaded_as_CSV() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        await page.GotoAsync($"/runs/{store.Run.RunId}");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "All figures as CSV" }).ClickAsync());

        download.SuggestedFilename.ShouldEndWith("-figures.csv");
        var lines = await File.ReadAllLinesAsync((await download.PathAsync())!);
        lines.Length.ShouldBe(401);
        lines[0].ShouldContain("objective/kl");
    });

    [GeneratedRegex(@"from=\d.*&to=\d")]
    private static partial Regex Zoom { get; }
}
