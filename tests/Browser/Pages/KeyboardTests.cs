using static Microsoft.Playwright.Assertions;

namespace Pipeline.Browser.Pages;

[Collection(nameof(SeededStudio))]
public sealed class KeyboardTests(ChromiumBrowser browser, SeededStudio store)
{
    [Fact]
    public Task Whoever_has_no_mouse_reaches_the_content_the_pages_and_a_run() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        var focused = page.Locator(":focus");
        await page.GotoAsync("/");
        await page.Keyboard.PressAsync("Tab");
        await Expect(focused).ToHaveTextAsync("Skip to the content");
        await Expect(focused).ToBeInViewportAsync();
        foreach (var name in (string[])["Studio", "Runs", "Pictures", "Replays", "Lineage", "Pipeline", "Sign out", "New run"])
        {
            await page.Keyboard.PressAsync("Tab");
            await Expect(focused).ToHaveTextAsync(name);
        }

        await page.ReloadAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("main:focus")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Tab");
        await Expect(focused).ToHaveTextAsync("New run");
        while (await focused.GetAttributeAsync("href") != $"/runs/{store.Run.RunId}") await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToContainTextAsync("seeded");
    });
}
