using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Pipeline.Browser.Pages;

[Collection(nameof(SeededStudio))]
public sealed class LineageTests(ChromiumBrowser browser, SeededStudio store)
{
    [Fact]
    public Task From_the_graph_a_version_leads_to_its_captions_and_they_lead_back() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        await page.GotoAsync("/lineage");
        await Expect(page.Locator("svg.graph path.edge")).ToHaveCountAsync(1); // the branch
        await page.Locator($"svg.graph a[href='/lineage/{store.Run.RunId}/400'] text").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Version 400 of");

        await page.Locator("td a[href^='/captions/']").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Timeline" })).ToBeVisibleAsync();
        await page.Locator("a", new() { HasText = "version 400 of" }).ClickAsync();
        await Expect(page).ToHaveURLAsync($"{store.Studio.Address}/lineage/{store.Run.RunId}/400");
        await page.GetByRole(AriaRole.Link, new() { Name = "Version 399", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/399$"));
    });

    [Fact]
    public Task Weights_are_found_by_their_hash() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        await page.GotoAsync($"/lineage/{store.Run.RunId}/7");
        var weights = await page.Locator("dd .hash").First.InnerTextAsync();
        await page.GotoAsync("/lineage");
        await page.GetByLabel("SHA-256 of a weights file or a checkpoint").FillAsync(weights);
        await page.GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "version 7 of run" }).ClickAsync();
        await Expect(page).ToHaveURLAsync($"{store.Studio.Address}/lineage/{store.Run.RunId}/7");
    });
}
