using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Pipeline.Browser.Pages;

[Collection(nameof(SeededStudio))]
public sealed class PictureTests(ChromiumBrowser browser, SeededStudio store)
{
    [Fact]
    public Task A_slider_shows_what_each_version_changed_in_the_words() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        await page.GotoAsync($"/pictures/{store.Run.HeldOut[0]}?run={store.Run.RunId}");
        var slider = page.GetByRole(AriaRole.Slider);
        var shown = page.Locator("[data-version-index]:visible");
        await Expect(shown).ToHaveCountAsync(1);
        await Expect(page.Locator("output")).ToHaveTextAsync("version 400");
        await slider.FocusAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(page.Locator("output")).ToHaveTextAsync("version 350");
        await Expect(shown.Locator("h2")).ToHaveTextAsync("Version 350");
        await page.Keyboard.PressAsync("Home");
        await Expect(shown.Locator("h2")).ToHaveTextAsync("Version 0");
        await Expect(shown.Locator("ins, del")).ToHaveCountAsync(0); // there is nothing before it
        (await page.Locator("[data-version-index] ins").CountAsync()).ShouldBeGreaterThan(0);
        (await page.Locator("[data-version-index] del").CountAsync()).ShouldBeGreaterThan(0);

        await page.ReloadAsync();
        await Expect(page.Locator("output")).ToHaveTextAsync("version 0");
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_picture_shows_the_run_that_captioned_it_and_not_the_branch_that_only_learned_from_it(bool isHeldOut) =>
        browser.VisitAsync(store.Studio, async visit =>
        {
            var page = visit.Page;
            await page.GotoAsync($"/pictures/{(isHeldOut ? store.Run.HeldOut : store.Run.Train)[0]}");
            await Expect(page.Locator("[data-version-index]:visible")).ToHaveCountAsync(1);
            await Expect(page.Locator($"main a[href='/runs/{(isHeldOut ? store.Run.BranchId : store.Run.RunId)}']").First).ToBeVisibleAsync();
        });

    [Fact]
    public Task The_wall_shows_held_out_pictures_before_and_after() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        await page.GotoAsync($"/runs/{store.Run.RunId}/wall");
        await Expect(page.Locator("article.card")).ToHaveCountAsync(store.Run.HeldOut.Count);
        await Expect(page.Locator("p.lead")).ToContainTextAsync("What versions 0 and 400 of");
        await page.Locator("select[name=before]").SelectOptionAsync("200");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(page.Locator("p.lead")).ToContainTextAsync("What versions 200 and 400 of");
        await page.Locator("article.card img").First.ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/pictures/[0-9a-f]{64}"));
    });
}
