using static Microsoft.Playwright.Assertions;

namespace Pipeline.Browser.Pages;

/// <summary>Every page in every look: anybody can use it, nothing sticks out; and it is photographed.</summary>
[Collection(nameof(SeededStudio))]
public sealed class AppearanceTests(ChromiumBrowser browser, SeededStudio store)
{
    static readonly string[] Names =
    [
        "runs", "run", "new-run", "pictures", "picture", "wall", "caption", "replays", "replay", "new-replay", "lineage", "policy", "pipeline",
    ];

    public static TheoryData<string> Pages => [.. Names];

    [Theory]
    [MemberData(nameof(Pages))]
    public Task A_page_fits_its_window_and_everybody_can_use_it(string name) => browser.VisitAsync(store.Studio, async visit =>
    {
        foreach (var look in (Look[])[Look.Light, Look.Dark, Look.Phone])
        {
            var page = visit.Page;
            await visit.SeeAsAsync(look);
            await page.GotoAsync(await AddressAsync(name));
            await Expect(page.Locator("h1")).ToBeVisibleAsync();
            if (name is "run" or "replay") await Expect(page.Locator("figure.chart canvas").First).ToBeVisibleAsync();
            if (name == "pipeline") await Expect(page.Locator("#pipeline")).ToContainTextAsync("learner");
            await visit.FitsAsync();
            await visit.TakeAsync(look == Look.Light ? name : $"{name}-{look.Name}");
            await visit.CheckAsync();
        }
    });

    async Task<string> AddressAsync(string name) => name switch
    {
        "runs" => "/",
        "run" => $"/runs/{store.Run.RunId}",
        "new-run" => "/runs/new",
        "picture" => $"/pictures/{store.Run.HeldOut[0]}?run={store.Run.RunId}",
        "wall" => $"/runs/{store.Run.RunId}/wall",
        "caption" => $"/captions/{await store.CaptionAsync(200)}",
        "replay" => $"/replays/{store.Run.ReplayId}",
        "new-replay" => $"/replays/new?run={store.Run.RunId}",
        "policy" => $"/lineage/{store.Run.RunId}/200",
        _ => $"/{name}",
    };
}
