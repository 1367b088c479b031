using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Pipeline.Browser.Pages;

[Collection(nameof(LivePipeline))]
public sealed partial class ReplayTests(ChromiumBrowser browser, LivePipeline pipeline)
{
    [Fact]
    public Task A_replay_that_is_started_by_the_form_is_completed_and_compared() => browser.VisitAsync(pipeline.Studio, async visit =>
    {
        var runId = await pipeline.FinishedRunAsync();
        var page = visit.Page;
        await page.GotoAsync($"/replays/new?run={runId}");
        await page.GetByLabel("Reward that scores again").SelectOptionAsync("oracle");
        await page.GetByLabel("Compare with").FillAsync("blip");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await page.WaitForURLAsync("**/replays/*-*");
        await page.EvaluateAsync("() => { document.body.dataset.same = 'page' }");

        await Expect(page.Locator("#replay dt", new() { HasText = "Completed" })).ToBeVisibleAsync();
        await Expect(page.Locator("#replay")).ToContainTextAsync("48 of 48 captions");
        await Expect(page.Locator("#replay")).ToContainTextAsync(Correlation);
        var scatter = page.Locator("figure.scatter");
        await Expect(scatter.Locator("canvas")).ToBeVisibleAsync();
        await Expect(scatter.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("aria-label", new Regex("48 captions"));
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Captions that moved most" }).Locator("tbody tr")).ToHaveCountAsync(20);
        await Expect(page.Locator("body[data-same=page]")).ToBeVisibleAsync(); // nobody loaded it again
        await page.GotoAsync("/replays");
        await Expect(page.Locator("tbody tr .badge.completed").First).ToBeVisibleAsync();
    });

    [Fact]
    public Task A_replay_that_cannot_be_is_refused_with_the_reason() => browser.VisitAsync(pipeline.Studio, async visit =>
    {
        visit.Provoke(400);
        var page = visit.Page;
        await page.GotoAsync($"/replays/new?run={await pipeline.FinishedRunAsync()}");
        await page.GetByLabel("First step").FillAsync("one");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("one");
        await Expect(page.GetByLabel("First step")).ToHaveValueAsync("one");
    });

    [GeneratedRegex(@"Rank correlation \(Spearman\)\s*[-−]?\d")]
    private static partial Regex Correlation { get; }
}
