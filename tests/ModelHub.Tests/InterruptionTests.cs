using System.Diagnostics;
using Pipeline.ModelHub.Pull;

namespace Pipeline.ModelHub.Tests;

public sealed class InterruptionTests : Bench
{
    static readonly Content Large = new((8 << 20) + 11, 4);

    [Fact]
    public async Task Two_hundred_megabytes_survive_three_cuts_and_only_the_cut_parts_are_asked_for_again()
    {
        const long part = 16 << 20;
        var huge = new Content(200_000_000, 7);
        Options = Options with { PartBytes = part };
        Server.Add(Repo, "model.bin", huge, isLarge: true);
        Server.Cut(5_000_000, 1_000_000, 9_999_999);

        await PullAsync(Manifest(files: "model.bin"));

        PackLock.Load(Root).Of("pack").Files["model.bin"].Sha256.ShouldBe(huge.Sha256);
        var starts = Server.Gets.Select(Start).ToList();
        starts.Count.ShouldBe((int)((huge.Size + part - 1) / part) + 3, "one request for each part, one more for each cut");
        starts.Count(start => start % part != 0).ShouldBe(3, "a part that was cut goes on where it was cut");
        starts.ShouldBeUnique();
        // What a cut takes with it is what was on its way: never more than a part, and here little of it.
        (Server.Served - huge.Size).ShouldBeInRange(0, 3 * part);
        TestContext.Current.SendDiagnosticMessage("{0} bytes were served twice", Server.Served - huge.Size);
    }

    [Fact]
    public async Task Another_process_goes_on_with_what_one_left()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        var manifest = Manifest(files: "model.bin");
        Options = Options with { Connections = 1, Retries = 0 };
        Server.Cut(long.MaxValue / 2, long.MaxValue / 2, 500_000);
        (await ProblemAsync(manifest)).ShouldContain("the same command goes on with what is there");
        File.Exists(InPack("model.bin")).ShouldBeFalse();
        Server.Requests.Clear();

        await PullAsync(manifest);

        File.ReadAllBytes(InPack("model.bin")).ShouldBe(Large.All());
        Server.Gets.Select(Start).ShouldAllBe(start => start >= 2 << 20, "the first two parts were there");
        Server.Gets.Count().ShouldBe(7);
    }

    [Fact]
    public async Task A_process_that_is_killed_leaves_a_record_that_another_goes_on_with()
    {
        // Larger than the 8 MB between two records; as after kill -9, nothing is written at the end.
        var huge = new Content(40 << 20, 6);
        Server.Add(Repo, "model.bin", huge, isLarge: true);
        var manifest = Manifest(files: "model.bin");
        Options = Options with { PartBytes = 64 << 20 };
        using var kill = new CancellationTokenSource();
        string? record = null;
        byte[]? bytes = null;
        await Should.ThrowAsync<OperationCanceledException>(() => PullAsync(manifest, new Listener(progress =>
        {
            if (progress.Bytes < 20 << 20 || record is not null) return;
            record = File.ReadAllText(Incomplete("model.bin") + ".json");
            bytes = Shared(Incomplete("model.bin"));
            kill.Cancel();
        }), kill));
        File.WriteAllText(Incomplete("model.bin") + ".json", record);
        File.WriteAllBytes(Incomplete("model.bin"), bytes!);
        Server.Requests.Clear();

        await PullAsync(manifest);

        Start(Server.Gets.Single()).ShouldBeInRange(16 << 20, 20 << 20, "at most 8 MB are lost");
        File.ReadAllBytes(InPack("model.bin")).ShouldBe(huge.All());
    }

    [Fact]
    public async Task What_was_left_of_another_file_is_not_gone_on_with()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        Options = Options with { Connections = 1, Retries = 0 };
        Server.Cut(long.MaxValue / 2, 5);
        await ProblemAsync(Manifest(files: "model.bin"));

        var other = new Content(Large.Size, 12);
        Server.Add(Repo, "model.bin", other, isLarge: true);
        await PullAsync(Manifest(files: "model.bin"));
        File.ReadAllBytes(InPack("model.bin")).ShouldBe(other.All());
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_makes_it_start_over_in_one_piece()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        Server.IgnoresRanges = true;
        Options = Options with { Connections = 1 };
        // The first part's answer begins where it should, the second's does not; the whole is cut once, and starts over once more.
        Server.Cut(long.MaxValue / 2, long.MaxValue / 2, 3_000_000);

        await PullAsync(Manifest(files: "model.bin"));

        File.ReadAllBytes(InPack("model.bin")).ShouldBe(Large.All());
        Server.Gets.Count().ShouldBe(4);
    }

    [Fact]
    public async Task A_416_at_the_end_of_a_file_of_unknown_size_means_that_all_is_there()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        Server.HidesSizes = true;
        Server.Cut(Large.Size);

        await PullAsync(Manifest(files: "model.bin"));

        File.ReadAllBytes(InPack("model.bin")).ShouldBe(Large.All());
        Server.Gets.Select(Start).ShouldBe([0, Large.Size]);
    }

    [Fact]
    public async Task A_file_of_unknown_size_goes_on_after_a_cut()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        Server.HidesSizes = true;
        Server.Cut(1_000_000);

        await PullAsync(Manifest(files: "model.bin"));

        File.ReadAllBytes(InPack("model.bin")).ShouldBe(Large.All());
        Server.Gets.Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_416_makes_it_start_over()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        Server.Once(
            request => request.Headers.Range.Count > 0 && request.HttpContext.Connection.LocalPort == Server.Storage.Port,
            context =>
            {
                context.Response.StatusCode = 416;
                return Task.CompletedTask;
            });

        await PullAsync(Manifest(files: "model.bin"));
        File.ReadAllBytes(InPack("model.bin")).ShouldBe(Large.All());
    }

    [Theory]
    [InlineData("HEAD", 500)]
    [InlineData("HEAD", 408)]
    [InlineData("GET", 500)]
    [InlineData("GET", 503)]
    [InlineData("GET", 429)]
    public async Task What_may_be_over_in_a_moment_is_tried_again(string method, int status)
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        Server.Once(method, status);
        await PullAsync(Manifest(files: "model.bin"));
        File.ReadAllBytes(InPack("model.bin")).ShouldBe(Large.All());
    }

    [Fact]
    public async Task A_server_is_left_alone_for_as_long_as_it_asks()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        Server.Once("HEAD", 429, response => response.Headers.RetryAfter = "1");
        var clock = Stopwatch.StartNew();
        await PullAsync(Manifest(files: "model.bin"));
        clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(0.95));
    }

    [Fact]
    public async Task A_wait_that_is_too_long_is_told_instead_of_waited()
    {
        Server.Once("HEAD", 429, response => response.Headers.RetryAfter = "3600");
        (await ProblemAsync(Manifest(files: "model.bin"))).ShouldContain("left alone for 01:00:00");
    }

    [Fact]
    public async Task A_server_that_stays_broken_is_given_up()
    {
        var said = new List<string>();
        Options = Options with { Retries = 2, Waiting = said.Add };
        for (var i = 0; i < 3; i++) Server.Once("HEAD", 500);
        (await ProblemAsync(Manifest(files: "model.bin"))).ShouldContain("the server answers 500, 3 times in a row");
        said.ShouldBe(
        [
            $"{Repo} at main: model.bin: the server answers 500; again in 0.01 s",
            $"{Repo} at main: model.bin: the server answers 500; again in 0.02 s",
        ]);
    }

    [Fact]
    public async Task A_server_that_falls_silent_counts_as_cut()
    {
        Server.Add(Repo, "model.bin", Large, isLarge: true);
        Options = Options with { Silence = TimeSpan.FromSeconds(1) };
        Server.Once(request => request.Method == "GET", context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await PullAsync(Manifest(files: "model.bin"));
        File.ReadAllBytes(InPack("model.bin")).ShouldBe(Large.All());
    }

    static long Start(Seen request) => request.Range is { } range ? long.Parse(range["bytes=".Length..].Split('-')[0]) : 0;

    static byte[] Shared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    sealed class Listener(Action<PullProgress> report) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => report(value);
    }
}
