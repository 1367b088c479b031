using System.Diagnostics;
using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Pipeline.Browser.Pages;

/// <summary>Studio on a run of 10,000 steps with 10 captions each.</summary>
public sealed class LargeStudio() : SeededStore(new() { Steps = 10_000, CaptionsPerStep = 10 });

public sealed class LargeStoreTests(ChromiumBrowser browser, LargeStudio store, ITestOutputHelper output) : IClassFixture<LargeStudio>
{
    [Fact]
    public async Task Every_page_and_every_answer_is_timed()
    {
        var (run, replay) = (store.Run.RunId, store.Run.ReplayId);
        var caption = await store.CaptionAsync(5000);
        string[] addresses =
        [
            "/", $"/runs/{run}", $"/runs/{run}?step=5000", $"/runs/{run}/wall", "/pictures", $"/pictures?run={run}", $"/pictures/{store.Run.Train[0]}?run={run}",
            $"/pictures/{store.Run.HeldOut[0]}?run={run}", $"/captions/{caption}", "/replays", $"/replays/{replay}", "/replays/new", "/runs/new", "/lineage",
            $"/lineage/{run}/5000", "/pipeline", "/api/runs", $"/api/runs/{run}", $"/api/runs/{run}/figures", $"/api/runs/{run}/figures.csv",
            $"/api/runs/{run}/steps/5000/captions", $"/api/runs/{run}/versions", $"/api/runs/{run}/versions/5000", $"/api/runs/{run}/evaluations/5000/captions",
            "/api/pictures", $"/api/pictures/{store.Run.Train[0]}?run={run}", $"/api/captions/{caption}", "/api/replays", $"/api/replays/{replay}",
            $"/api/replays/{replay}/points", "/api/lineage", "/api/pipeline",
        ];
        foreach (var address in addresses)
        {
            using (var first = await store.Studio.Http.GetAsync(address, TestContext.Current.CancellationToken))
                first.IsSuccessStatusCode.ShouldBeTrue($"{address}: {first.StatusCode}");
            var times = new List<double>();
            var bytes = 0;
            for (var i = 0; i < 5; i++)
            {
                var clock = Stopwatch.StartNew();
                bytes = (await store.Studio.Http.GetByteArrayAsync(address, TestContext.Current.CancellationToken)).Length;
                times.Add(clock.Elapsed.TotalMilliseconds);
            }
            output.WriteLine($"{times.Order().ElementAt(2),7:0} ms {bytes / 1e3,8:0.0} kB  {address}");
        }
    }

    [Fact]
    public Task A_long_run_is_drawn_and_its_captions_are_listed() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        await page.GotoAsync($"/runs/{store.Run.RunId}");
        await Expect(page.Locator("figure.chart[data-name=reward] .legend .where")).ToHaveTextAsync("newest, step 10,000");
        await Expect(page.Locator("figure.chart[data-name=reward] canvas")).ToBeVisibleAsync();
        await Expect(page.Locator("#step tbody tr")).ToHaveCountAsync(10);
    });

    [Fact]
    public Task The_focus_stays_where_it_is_when_something_comes_in_above() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        var link = $"/runs/{store.Run.RunId}";
        await page.GotoAsync("/");
        await page.Locator($"tbody a[href='{link}']").First.FocusAsync();
        var following = await FollowedRun.StartAsync(store);
        await Expect(page.Locator($"tbody a[href='/runs/{following.RunId}']").First).ToBeVisibleAsync();
        (await page.Locator(":focus").GetAttributeAsync("href")).ShouldBe(link);
    });

    [Fact]
    public Task The_browser_needs_no_more_memory_after_a_thousand_updates() => browser.VisitAsync(store.Studio, async visit =>
    {
        var page = visit.Page;
        var following = await FollowedRun.StartAsync(store);
        // Until here the curves grow; from here on they have as many points as they ever have.
        const int full = 1000;
        for (var step = 1; step <= full; step++) await following.TakeStepAsync();
        await page.GotoAsync($"/runs/{following.RunId}");
        var tools = await visit.DeveloperToolsAsync();
        var sizes = new List<double>();
        for (var step = full + 1; step <= full + 1000; step++)
        {
            await following.TakeStepAsync();
            if (step % 100 != 0) continue;
            await Expect(page.Locator("#head")).ToContainTextAsync($"Step {step} of");
            await Expect(page.Locator("figure.chart[data-name=reward] [role=img]")).ToHaveAttributeAsync("aria-label", new Regex($"at step {step:N0}$"));
            sizes.Add(await UsedAsync(tools));
        }
        output.WriteLine($"JavaScript heap after each hundred updates, MB: {string.Join(", ", sizes.Select(size => (size / 1e6).ToString("0.00")))}");
        (sizes[^1] / sizes[0]).ShouldBeLessThan(1.2);
    });

    /// <summary>Bytes of the heap that something still refers to.</summary>
    static async Task<double> UsedAsync(Microsoft.Playwright.ICDPSession tools)
    {
        await tools.SendAsync("HeapProfiler.collectGarbage");
        return (await tools.SendAsync("Runtime.getHeapUsage"))!.Value.GetProperty("usedSize").GetDouble();
    }
}
