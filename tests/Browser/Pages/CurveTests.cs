using System.Globalization;
using System.Text.RegularExpressions;
using System.Web;
using Microsoft.Playwright;
using SkiaSharp;
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
    public Task Whoever_has_no_mouse_zooms_by_buttons() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        await page.GotoAsync($"/runs/{store.Run.RunId}");
        await Expect(page.Locator("figure.chart[data-name=reward] canvas")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Zoom out" })).ToBeDisabledAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Zoom in" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(Zoom);
        var (half, first) = (page.Url, Shown(page));
        await page.GetByRole(AriaRole.Button, new() { Name = "Later" }).PressAsync("Enter");
        await Expect(page).Not.ToHaveURLAsync(half);
        var later = Shown(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Zoom out" }).PressAsync("Enter");
        await Expect(page).ToHaveURLAsync($"{store.Studio.Address}/runs/{store.Run.RunId}");

        // The axis begins with step 1: of 400 steps the middle half, then the last half.
        (later.To - later.From).ShouldBe(first.To - first.From, 1e-3);
        (first.From, first.To).ShouldBe((100.75, 300.25));
        later.To.ShouldBe(400, 1e-3);
    });

    static (double From, double To) Shown(IPage page)
    {
        var query = HttpUtility.ParseQueryString(new Uri(page.Url).Query);
        return (double.Parse(query["from"]!, CultureInfo.InvariantCulture), double.Parse(query["to"]!, CultureInfo.InvariantCulture));
    }

    [Fact]
    public Task A_run_is_pinned_as_the_baseline() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        await page.GotoAsync($"/runs/{store.Run.RunId}");
        await page.GetByLabel("Baseline").SelectOptionAsync(store.Run.BranchId.ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();

        await Expect(page.Locator("figure.chart[data-name=reward] .legend .name")).ToContainTextAsync(["", "(baseline)"]);
        await page.ReloadAsync();
        await Expect(page.Locator("figure.chart[data-name=reward] .legend .name")).ToContainTextAsync(["", "(baseline)"]);
    });

    [Fact]
    public Task A_chart_is_saved_as_the_picture_that_it_is() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        await page.GotoAsync($"/runs/{store.Run.RunId}");
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Reward: save the picture as PNG", Exact = true });
        var download = await page.RunAndWaitForDownloadAsync(() => button.ClickAsync());

        download.SuggestedFilename.ShouldBe("reward.png");
        var box = (await page.Locator("figure.chart[data-name=reward] .plot").BoundingBoxAsync())!;
        using var picture = SKBitmap.Decode(await download.PathAsync());
        picture.Width.ShouldBeGreaterThan((int)(2 * box.Width), "it is drawn at twice its size, with a margin");
        var colors = picture.Pixels.GroupBy(color => color).ToDictionary(group => group.Key, group => group.Count());
        var line = await page.EvaluateAsync<string>("getComputedStyle(document.documentElement).getPropertyValue('--series-1').trim()");
        colors.GetValueOrDefault(SKColor.Parse(line)).ShouldBeGreaterThan(picture.Width, "the curve goes from one side to the other");
    });

    [Fact]
    public Task What_is_chosen_stays_when_one_thing_more_is_chosen() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        await page.GotoAsync($"/runs/{store.Run.RunId}?from=100&to=200&smooth=0.2&compare={store.Run.BranchId}");
        await Expect(page.Locator("figure.chart[data-name=reward] .legend .entry")).ToHaveCountAsync(2);
        await page.Locator("#step a[rel=prev]").ClickAsync();
        await Expect(page.Locator("#step")).ToContainTextAsync("Step 399 of 400");
        await Expect(page.Locator("figure.chart[data-name=reward] .legend .entry")).ToHaveCountAsync(2);
        await page.GetByLabel("Baseline").SelectOptionAsync(store.Run.BranchId.ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();

        await Expect(page.Locator("#step")).ToContainTextAsync("Step 399 of 400");
        await Expect(page.Locator("#smooth")).ToHaveValueAsync("0.2");
        Shown(page).ShouldBe((100, 200));
        HttpUtility.ParseQueryString(new Uri(page.Url).Query)["pin"].ShouldBe(store.Run.BranchId.ToString());
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
