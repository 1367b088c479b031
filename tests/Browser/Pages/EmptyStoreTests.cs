using Microsoft.Playwright;
using Pipeline.Testing;
using static Microsoft.Playwright.Assertions;

namespace Pipeline.Browser.Pages;

/// <summary>Studio on the day it is installed.</summary>
public sealed class EmptyStudio : IAsyncLifetime
{
    readonly TestStack _stack = new();

    public StudioServer Studio { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _stack.InitializeAsync();
        Studio = await StudioServer.StartAsync(_stack);
    }

    public async ValueTask DisposeAsync()
    {
        if (Studio is not null) await Studio.DisposeAsync();
        await _stack.DisposeAsync();
    }
}

public sealed class EmptyStoreTests(ChromiumBrowser browser, EmptyStudio empty) : IClassFixture<EmptyStudio>
{
    [Theory]
    [InlineData("/", "No run yet")]
    [InlineData("/pictures", "No picture has a caption yet")]
    [InlineData("/replays", "Nothing was replayed yet")]
    [InlineData("/lineage", "No run yet")]
    [InlineData("/pipeline", "The store is empty")]
    [InlineData("/runs/new", "No service offers a reward at the moment")]
    [InlineData("/replays/new", "No service offers a reward at the moment")]
    [InlineData("/runs/01234567-89ab-4def-8123-456789abcdef", "The store knows no such run yet")]
    public Task A_page_with_nothing_to_show_says_what_fills_it(string address, string says) => browser.VisitAsync(empty.Studio, async visit =>
    {
        await visit.Page.GotoAsync(address);
        await Expect(visit.Page.Locator("main")).ToContainTextAsync(says);
        await visit.CheckAsync();
    });

    [Fact]
    public Task An_address_that_leads_nowhere_is_a_404_with_a_way_back() => browser.VisitAsync(empty.Studio, async visit =>
    {
        visit.Provoke(404);
        (await visit.Page.GotoAsync("/no/such/page"))!.Status.ShouldBe(404);
        await Expect(visit.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("There is no such page");
        await visit.CheckAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "All runs" }).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync($"{empty.Studio.Address}/");
    });

    [Theory]
    [InlineData("/captions/01234567-89ab-4def-8123-456789abcdef")]
    [InlineData("/replays/01234567-89ab-4def-8123-456789abcdef")]
    [InlineData("/lineage/01234567-89ab-4def-8123-456789abcdef/3")]
    public Task What_was_never_there_is_a_404_that_says_so(string address) => browser.VisitAsync(empty.Studio, async visit =>
    {
        visit.Provoke(404);
        (await visit.Page.GotoAsync(address))!.Status.ShouldBe(404);
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("There is no");
    });
}
