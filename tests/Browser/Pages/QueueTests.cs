using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Pipeline.Browser.Pages;

[Collection(nameof(LivePipeline))]
public sealed class QueueTests(ChromiumBrowser browser, LivePipeline pipeline)
{
    const string Queue = "score-captions-blip";

    [Fact]
    public Task A_parked_message_is_shown_with_its_reason_and_goes_back_to_work() => browser.VisitAsync(pipeline.Studio, async visit =>
    {
        var runId = await pipeline.FinishedRunAsync();
        (await pipeline.Broker.PublishAsync(Queue, $$"""{ "runId": "{{runId}}", "reward": "blip", "captions": "none" }""")).ShouldBeTrue();
        await Testing.Eventually.HoldsAsync("Similarity gives the message up", async () => (await pipeline.Broker.MessagesAsync($"{Queue}_error")).Count == 1);

        var page = visit.Page;
        await page.GotoAsync("/pipeline");
        // The broker counts every five seconds, and the page is fetched again when something happens.
        await Testing.Eventually.HoldsAsync("the page shows it", async () =>
        {
            await page.ReloadAsync();
            return await page.Locator($"section#{Queue}").CountAsync() > 0;
        });
        var parked = page.Locator($"section#{Queue}");
        await Expect(parked.Locator("li")).ToContainTextAsync("1 times:");
        (await parked.Locator("li").InnerTextAsync()).ShouldNotContain("did not say why");
        await Expect(parked.Locator($"a[href='/runs/{runId}']")).ToBeVisibleAsync();
        await visit.CheckAsync();
        await parked.GetByRole(AriaRole.Button, new() { Name = "Re-queue all of them" }).ClickAsync();
        await Expect(page.GetByText($"1 message of {Queue} went back to work.")).ToBeVisibleAsync();
        // It is as wrong as before, so it is given up again.
        await Testing.Eventually.HoldsAsync("Similarity gives it up again", async () => (await pipeline.Broker.MessagesAsync($"{Queue}_error")).Count == 1);
    });

    [Fact]
    public Task The_services_that_take_work_are_listed() => browser.VisitAsync(pipeline.Studio, async visit =>
    {
        await pipeline.FinishedRunAsync();
        await visit.Page.GotoAsync("/pipeline");
        foreach (var service in (string[])["rollout", "similarity", "learner"])
            await Expect(visit.Page.GetByRole(AriaRole.Region, new() { Name = "Last event of each service" })).ToContainTextAsync(service);
    });
}
