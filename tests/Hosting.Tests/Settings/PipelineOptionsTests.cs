using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Testing;

namespace Pipeline.Hosting.Tests.Settings;

public sealed class PipelineOptionsTests
{
    static PipelineOptions Good => new()
    {
        Postgres = "Host=db;Database=pipeline;Username=me;Password=hidden",
        RabbitMq = "amqp://me:hidden@broker:5672/",
        Blobs = "/blobs",
    };

    [Fact]
    public void Complete_settings_are_accepted() => Problems(Good).ShouldBeEmpty();

    [Theory]
    [InlineData("Postgres")]
    [InlineData("RabbitMq")]
    [InlineData("Blobs")]
    public void A_missing_setting_is_named_with_the_variable_that_sets_it(string key)
    {
        var options = Good;
        typeof(PipelineOptions).GetProperty(key)!.SetValue(options, "");

        Problems(options).ShouldHaveSingleItem().ShouldStartWith($"Pipeline:{key} is missing. Set Pipeline__{key}, for example");
    }

    [Theory]
    [InlineData("Postgres", "hidden=yes;")]
    [InlineData("Postgres", "Password=hidden")]
    [InlineData("RabbitMq", "http://me:hidden@broker")]
    [InlineData("RabbitMq", "broker:hidden")]
    [InlineData("RabbitMqManagement", "amqp://me:hidden@broker")]
    [InlineData("Seq", "seq hidden")]
    [InlineData("Otlp", "hidden")]
    public void A_wrong_setting_is_named_and_its_value_not_repeated(string key, string value)
    {
        var options = Good;
        typeof(PipelineOptions).GetProperty(key)!.SetValue(options, value);

        var problem = Problems(options).ShouldHaveSingleItem();
        problem.ShouldStartWith($"Pipeline:{key} is not");
        problem.ShouldNotContain("hidden");
    }

    [Fact]
    public void Numbers_out_of_range_are_named()
    {
        var options = Good;
        (options.TorchThreads, options.DeliveryLimit, options.RetryDelays) = (0, 0, [TimeSpan.FromSeconds(-1)]);

        Problems(options).ShouldBe(
        [
            "Pipeline:TorchThreads must be at least 1, not 0.",
            "Pipeline:DeliveryLimit must be at least 1, not 0.",
            "Pipeline:RetryDelays must not hold a negative time.",
        ]);
    }

    [Fact]
    public void Settings_as_files_win_over_the_environment_and_their_last_line_break_is_none_of_theirs()
    {
        var folder = Directory.CreateTempSubdirectory("pipeline-settings-");
        File.WriteAllText(Path.Combine(folder.FullName, "Pipeline__Postgres"), Good.Postgres + "\n");
        File.WriteAllText(Path.Combine(folder.FullName, "Pipeline__RabbitMq"), Good.RabbitMq);
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Pipeline:Secrets"] = folder.FullName, ["Pipeline:Blobs"] = "/blobs", ["Pipeline:Postgres"] = "Host=elsewhere",
        });
        builder.AddPipelineDefaults("careful");
        using var app = builder.Build();

        var options = app.Services.GetRequiredService<IOptions<PipelineOptions>>().Value;
        (options.Postgres, options.RabbitMq, options.Blobs).ShouldBe((Good.Postgres, Good.RabbitMq, "/blobs"));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void A_folder_of_settings_that_is_not_there_is_named()
    {
        var options = Good;
        options.Secrets = "/hidden/nowhere";

        var problem = Problems(options).ShouldHaveSingleItem();
        problem.ShouldStartWith("Pipeline:Secrets names a folder that is not there. Correct Pipeline__Secrets");
        problem.ShouldNotContain("hidden");
    }

    [Fact]
    public void Traces_for_Seq_need_a_Seq()
    {
        var options = Good;
        options.SeqTraces = true;

        Problems(options).ShouldHaveSingleItem().ShouldStartWith("Pipeline:SeqTraces needs a Seq. Set Pipeline__Seq");
    }

    [Fact]
    public async Task A_service_without_its_settings_does_not_start_and_says_all_that_is_missing()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Pipeline:Blobs"] = "/blobs" });
        builder.AddPipelineDefaults("forgetful");

        // The first thing that needs the settings throws: the logger, when the host is built.
        var error = await Should.ThrowAsync<OptionsValidationException>(async () =>
        {
            await using var app = builder.Build();
            await app.StartAsync(TestContext.Current.CancellationToken);
        });

        error.Message.ShouldStartWith("Pipeline:Postgres is missing. Set Pipeline__Postgres, for example");
        error.Message.ShouldContain("Pipeline:RabbitMq is missing. Set Pipeline__RabbitMq");
    }

    [Fact]
    public void No_secret_is_in_the_sources()
    {
        var sources = new[] { "libraries", "services", "contracts", "cli" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".cs" or ".json")
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));

        foreach (var file in sources)
            foreach (var line in File.ReadLines(file))
                line.Replace("Password=...", "", StringComparison.Ordinal).ShouldNotContain("Password=", Case.Insensitive, file);
    }

    static string[] Problems(PipelineOptions options) => [.. new PipelineOptionsValidator().Validate(null, options).Failures ?? []];
}
