using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Pipeline.Browser.Pages;

[Collection(nameof(SeededStudio))]
public sealed class SignInTests(ChromiumBrowser browser, SeededStudio store)
{
    StudioServer Studio => store.Studio;

    [Fact]
    public Task A_wrong_token_is_refused_with_a_reason() => browser.VisitAsStrangerAsync(Studio, async visit =>
    {
        visit.Provoke(401);
        var page = visit.Page;
        (await page.GotoAsync("/"))!.Status.ShouldBe(401);
        await visit.CheckAsync();
        await page.GetByLabel("Token").FillAsync("not the token");
        var refused = await page.RunAndWaitForResponseAsync(
            () => page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync(), response => response.Request.Method == "POST");

        refused.Status.ShouldBe(401);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This token is not right");
        await visit.CheckAsync();
        (await visit.CookiesAsync()).ShouldBeEmpty();
    });

    [Fact]
    public Task The_printed_link_signs_in_and_its_token_leaves_the_address() => browser.VisitAsStrangerAsync(Studio, async visit =>
    {
        await visit.Page.GotoAsync(Studio.SignInLink);

        await Expect(visit.Page).ToHaveURLAsync($"{Studio.Address}/");
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Runs" })).ToBeVisibleAsync();
        var cookie = (await visit.CookiesAsync()).ShouldHaveSingleItem();
        cookie.HttpOnly.ShouldBeTrue();
        cookie.SameSite.ShouldBe(SameSiteAttribute.Strict);
    });

    /// <summary>The browser keeps a strict cookie back from what another site led to, the redirect after the sign-in included.</summary>
    [Fact]
    public Task Another_sites_link_signs_in_and_leads_whoever_is_signed_in_to_a_page() => browser.VisitAsStrangerAsync(Studio, async visit =>
    {
        visit.Provoke(401);
        var page = visit.Page;
        var link = Studio.SignInLink;
        foreach (var address in (string[])[link, $"{Studio.Address}/pipeline"])
        {
            await page.GotoAsync($"data:text/html,<a href='{address}'>there</a>");
            await page.GetByText("there").ClickAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
        }
        await Expect(page).ToHaveURLAsync($"{Studio.Address}/pipeline");
    });

    [Fact]
    public Task The_token_signs_in_by_the_form_and_the_button_signs_out() => browser.VisitAsStrangerAsync(Studio, async visit =>
    {
        visit.Provoke(401);
        var page = visit.Page;
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("Token").FillAsync(Studio.Token);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Runs" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByLabel("Token")).ToBeVisibleAsync();
        (await page.GotoAsync("/pipeline"))!.Status.ShouldBe(401);
    });
}
