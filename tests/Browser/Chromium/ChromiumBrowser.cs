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
    /// <param name="look">How large the window is, and whether it is dark; a light one of 1280 x 900 without it.</param>
    /// <exception cref="InvalidOperationException">The test failed, or pages had errors: the message has both.</exception>
    public async Task VisitAsync(StudioServer studio, Func<Visit, Task> act, Look? look = null)
    {
        await using var visit = await OpenAsync(studio, look);
        await visit.Page.GotoAsync(studio.SignInLink);
        await visit.DoAsync(act);
    }

    /// <summary>The same without signing in.</summary>
    public async Task VisitAsStrangerAsync(StudioServer studio, Func<Visit, Task> act)
    {
        await using var visit = await OpenAsync(studio, null);
        await visit.DoAsync(act);
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    async Task<Visit> OpenAsync(StudioServer studio, Look? look)
    {
        look ??= Look.Light;
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = studio.Address, ViewportSize = new() { Width = look.Width, Height = look.Height },
            ColorScheme = look.IsDark ? ColorScheme.Dark : ColorScheme.Light, AcceptDownloads = true, Locale = "en-US", TimezoneId = "UTC",
        });
        context.SetDefaultTimeout(Patience);
        return new Visit(studio, context, await context.NewPageAsync());
    }

    static async Task InstallAsync()
    {
        using var process = Process.Start(Path.Combine(Repository.Root, "infra", "local", "chromium.sh"));
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, "chromium.sh");
    }
}
