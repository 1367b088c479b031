using Microsoft.Extensions.Options;
using Npgsql;

namespace Pipeline.Hosting;

/// <summary>
/// Names each key that is missing or wrong and the variable that sets it; values, which may hold secrets, are not repeated.
/// </summary>
public sealed class PipelineOptionsValidator : IValidateOptions<PipelineOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PipelineOptions options)
    {
        string[] problems = [.. Problems(options)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    static IEnumerable<string> Problems(PipelineOptions options)
    {
        const string database = "Host=localhost;Database=pipeline;Username=...;Password=...";
        const string broker = "amqp://user:password@localhost:5672/";
        string?[] required =
        [
            Required(nameof(options.Postgres), options.Postgres, database, IsConnectionString),
            Required(nameof(options.RabbitMq), options.RabbitMq, broker, value => IsAddress(value, "amqp", "amqps")),
            Required(nameof(options.Blobs), options.Blobs, S3SettingsValidator.Example(options.Blobs), S3SettingsValidator.IsPlace),
            Optional(nameof(options.RabbitMqManagement), options.RabbitMqManagement),
            Optional(nameof(options.Seq), options.Seq),
            Optional(nameof(options.Otlp), options.Otlp),
        ];
        foreach (var problem in required.Concat(S3SettingsValidator.Problems(options)).OfType<string>()) yield return problem;

        if (!string.IsNullOrEmpty(options.Secrets) && !Directory.Exists(options.Secrets))
            yield return $"{Key(nameof(options.Secrets))} names a folder that is not there. Correct {Variable(nameof(options.Secrets))} or leave it out.";
        if (options.SeqTraces && string.IsNullOrEmpty(options.Seq))
            yield return $"{Key(nameof(options.SeqTraces))} needs a Seq. Set {Variable(nameof(options.Seq))}, for example http://localhost:5341";
        if (options.TorchThreads is < 1)
            yield return $"{Key(nameof(options.TorchThreads))} must be at least 1, not {options.TorchThreads}.";
        if (options.DeliveryLimit < 1)
            yield return $"{Key(nameof(options.DeliveryLimit))} must be at least 1, not {options.DeliveryLimit}.";
        if (options.RetryDelays?.Any(delay => delay < TimeSpan.Zero) == true)
            yield return $"{Key(nameof(options.RetryDelays))} must not hold a negative time.";
    }

    internal static string? Required(string name, string? value, string example, Func<string, bool> isValid) =>
        string.IsNullOrWhiteSpace(value) ? $"{Key(name)} is missing. Set {Variable(name)}, for example {example}"
        : isValid(value) ? null
        : $"{Key(name)} is not valid. Set {Variable(name)}, for example {example}";

    internal static string? Optional(string name, string? value) =>
        string.IsNullOrEmpty(value) || IsAddress(value, "http", "https") ? null
        : $"{Key(name)} is not an http or https address. Correct {Variable(name)} or leave it out.";

    internal static string Key(string name) => $"{PipelineOptions.Section}:{name}";

    internal static string Variable(string name) => $"{PipelineOptions.Section}__{name.Replace(":", "__", StringComparison.Ordinal)}";

    static bool IsAddress(string value, params string[] schemes) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme, StringComparer.Ordinal);

    static bool IsConnectionString(string value)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(value).Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
