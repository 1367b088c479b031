using System.Diagnostics;
using Microsoft.Playwright;
using Pipeline.Testing;

namespace Pipeline.Browser;

/// <summary>Debian's Chromium as it is built to have no window. All tests share it; each visit has a profile of its own.</summary>
public sealed class ChromiumBrowser : IAsyncLifetime
{
    const string Program = "/usr/bin/chromium-headless-shell";

    /// <summary>Only a test that fails waits so long, in milliseconds, also on a machine that is busy with other things.</summary>
    public const float Patience = 60_000;

    IPlaywright? _playwright;
    IBrowser? _browser;

    /// <summary>Starts it, installed where it was missing.</summary>
    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Program)) await InstallAsync();
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox"] });
    }

    /// <summary>Opens a profile, signs in, does what a test does there, and fails when the pages complained meanwhile.</summary>
    /// <param name="studio">Where to sign in.</param>
    /// <param name="act">What the test does.</param>
    /// <exception cref="InvalidOperationException">The test failed, or pages had errors: the message has both.</exception>
    public async Task VisitAsync(StudioServer studio, Func<Visit, Task> act)
    {
        await using var visit = await OpenAsync(studio);
        // Without a page: what the link does in one is a test of its own, and for each of the others it would be a page more.
        await using var signedIn = await visit.Page.APIRequest.GetAsync(studio.SignInLink, new() { MaxRedirects = 0 });
        signedIn.Status.ShouldBe(302, studio.Output);
        await visit.DoAsync(act);
    }

    /// <summary>The same without signing in.</summary>
    public async Task VisitAsStrangerAsync(StudioServer studio, Func<Visit, Task> act)
    {
        await using var visit = await OpenAsync(studio);
        await visit.DoAsync(act);
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    async Task<Visit> OpenAsync(StudioServer studio)
    {
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = studio.Address, AcceptDownloads = true, Locale = "en-US", TimezoneId = "UTC",
        });
        context.SetDefaultTimeout(Patience);
        var visit = new Visit(studio, context, await context.NewPageAsync());
        await visit.SeeAsAsync(Look.Light);
        return visit;
    }

    static async Task InstallAsync()
    {
        using var process = Process.Start(Path.Combine(Repository.Root, "infra", "local", "chromium.sh"));
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, "chromium.sh");
    }
}
