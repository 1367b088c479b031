using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Pipeline.Browser.Pages;

[Collection(nameof(LivePipeline))]
public sealed class StartRunTests(ChromiumBrowser browser, LivePipeline pipeline)
{
    [Fact]
    public Task A_run_that_is_started_by_the_form_is_watched_until_its_end() => browser.VisitAsync(pipeline.Studio, async visit =>
    {
        var page = visit.Page;
        await page.GotoAsync("/runs/new");
        await Expect(page.GetByLabel("blip")).ToHaveValueAsync("1");
        await Expect(page.GetByLabel("oracle")).ToHaveValueAsync("0");
        await page.Locator("input[name=name]").FillAsync("by hand");
        await Expect(page.GetByLabel("Training pictures")).ToHaveValueAsync(new Regex("captions_train$"));
        await Expect(page.GetByLabel("Held-out pictures")).ToHaveValueAsync(new Regex("captions_heldout$"));
        await page.GetByLabel("Steps", new() { Exact = true }).FillAsync("six");
        await page.GetByLabel("Captions per step").FillAsync("8");

        visit.Provoke(400);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing was started");
        var steps = page.Locator("input[name=steps]");
        await Expect(steps).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(steps).ToHaveValueAsync("six");
        await Expect(steps).ToHaveAccessibleDescriptionAsync(new Regex("'six' is not a whole number such as 100"));
        await Expect(page.Locator("input[name=name]")).ToHaveValueAsync("by hand");
        await Expect(page.Locator("input[name=batchSize]")).ToHaveValueAsync("8");
        await Expect(page.Locator("input[name='weight:oracle']")).ToHaveValueAsync("0");
        await visit.CheckAsync();

        await steps.FillAsync("6");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await page.WaitForURLAsync("**/runs/*-*");
        await Expect(page.Locator("h1")).ToContainTextAsync("by hand");
        await page.EvaluateAsync("() => { document.body.dataset.same = 'page' }");
        var reward = page.Locator("figure.chart[data-name=reward]");
        await Expect(reward.Locator(".legend .where")).ToContainTextAsync("step");
        await Expect(reward.Locator(".legend .where")).ToHaveTextAsync("newest, step 6");
        await Expect(reward.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("aria-label", new Regex("at step 6$"));
        await Expect(reward.Locator("canvas")).ToBeVisibleAsync();
        await Expect(page.Locator("#head .badge.completed")).ToBeVisibleAsync();
        await Expect(page.Locator("#head")).ToContainTextAsync("Step 6 of 6");
        await Expect(page.Locator("#step tbody tr")).Not.ToHaveCountAsync(0);
        await Expect(page.Locator("body[data-same=page]")).ToBeVisibleAsync(); // nobody loaded it again

        // The page was there before the first step, and shows all the same what every step tells.
        var (charts, lines) = (page.Locator("figure.chart figcaption"), page.Locator("figure.chart .legend .name"));
        await Expect(page.Locator("figure.chart[data-name=time-by-stage]")).ToContainTextAsync("time/sample");
        var (titles, names) = (await charts.AllTextContentsAsync(), await lines.AllTextContentsAsync());
        await page.ReloadAsync();
        await Expect(charts).ToHaveTextAsync(titles);
        await Expect(lines).ToHaveTextAsync(names);
    });

    [Fact]
    public Task A_run_is_stopped_and_goes_on() => browser.VisitAsync(pipeline.Studio, async visit =>
    {
        var page = visit.Page;
        var runId = await pipeline.StartRunAsync("long", steps: 60);
        await pipeline.IsAsync(runId, "running");
        await page.GotoAsync($"/runs/{runId}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Expect(page.Locator("#head .badge.stopped")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(page.Locator("#head .badge.running")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await pipeline.IsAsync(runId, "stopped");
    });
}
