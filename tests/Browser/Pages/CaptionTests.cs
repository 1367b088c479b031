using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Pipeline.Browser.Pages;

[Collection(nameof(LivePipeline))]
public sealed class CaptionTests(ChromiumBrowser browser, LivePipeline pipeline)
{
    [Fact]
    public Task A_caption_shows_every_event_of_its_life_and_is_executed_again_with_the_same_result() => browser.VisitAsync(pipeline.Studio, async visit =>
    {
        var page = visit.Page;
        await page.GotoAsync($"/runs/{await pipeline.FinishedRunAsync()}");
        await page.Locator("#step td a[href^='/captions/']").First.ClickAsync();
        var events = page.Locator("#timeline > li");
        await Expect(events).ToHaveCountAsync(3); // written, and scored by two rewards
        await Expect(events.First).ToContainTextAsync("caption_sampled.v1");
        await events.Nth(1).GetByText("Payload and origin").ClickAsync();
        await Expect(events.Nth(1).Locator("pre")).ToContainTextAsync("\"score\":");
        await Expect(page.Locator("#timeline .badge.failed")).ToHaveCountAsync(0);
        await visit.CheckAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Execute again" }).ClickAsync();
        await Expect(page.GetByText("As recorded.")).ToBeVisibleAsync();
        await visit.CheckAsync();
    });
}
