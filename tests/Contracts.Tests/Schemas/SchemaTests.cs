using System.Text.Json.Nodes;

namespace Pipeline.Contracts.Tests.Schemas;

/// <summary>
/// contracts/schemas holds the JSON Schema of each message and event, made of the records: PIPELINE_WRITE_SCHEMAS=1 makes these tests write
/// them. A version that is out never changes but for members that are added and may be left out; what else changes is a new record.
/// </summary>
public sealed class SchemaTests
{
    static readonly string Contracts = Path.Combine(Root(), "contracts");

    public static TheoryData<string> Records => [.. Documented.Records.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Records))]
    public async Task A_schema_is_what_the_record_says(string record)
    {
        var type = Type(record);
        var file = SchemaFile(type);
        if (Environment.GetEnvironmentVariable("PIPELINE_WRITE_SCHEMAS") == "1")
            await File.WriteAllTextAsync(file, MessageSchema.Of(type), TestContext.Current.CancellationToken);

        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldBe(MessageSchema.Of(type));
    }

    [Fact]
    public void There_is_a_schema_for_each_of_them_and_for_nothing_else() =>
        Directory.EnumerateFiles(Path.Combine(Contracts, "schemas")).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(
            Documented.Records.Select(type => $"{Documented.FileName(type)}.json").Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Records))]
    public void The_example_is_as_the_schema_says_and_without_a_required_member_it_is_not(string record)
    {
        var schema = JsonNode.Parse(File.ReadAllText(SchemaFile(Type(record))))!.AsObject();
        var example = JsonNode.Parse(File.ReadAllText(Path.Combine(Contracts, "examples", $"{Documented.FileName(Type(record))}.json")))!.AsObject();

        SchemaCheck.Problems(example, schema, schema).ShouldBeEmpty();
        schema["description"].ShouldNotBeNull();
        foreach (var member in schema["properties"]!.AsObject()) member.Value!["description"].ShouldNotBeNull(member.Key);
        foreach (var required in schema["required"]!.AsArray().Select(name => (string)name!))
        {
            var without = example.DeepClone().AsObject();
            without.Remove(required);
            SchemaCheck.Problems(without, schema, schema).ShouldBe([$"$ lacks {required}"]);
        }
    }

    [Fact]
    public void What_is_of_another_kind_than_the_schema_says_is_found()
    {
        var schema = JsonNode.Parse(File.ReadAllText(SchemaFile(typeof(CaptionsScored))))!.AsObject();
        var example = JsonNode.Parse(File.ReadAllText(Path.Combine(Contracts, "examples", "captions-scored.v1.json")))!.AsObject();
        example["captions"]![0]!["score"] = "high";
        example["step"] = 1.5;
        example["captions"]![0]!["details"] = new JsonObject { ["words"] = null };

        SchemaCheck.Problems(example, schema, schema).Select(problem => problem.Split(' ')[0])
            .ShouldBe(["$.step", "$.captions[0].score", "$.captions[0].details.words"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(typeof(CaptionsScored), "captions-scored.v1")]
    [InlineData(typeof(CaptionsScoredV2), "captions-scored.v2")]
    public void Versions_of_a_message_have_files_side_by_side(Type record, string name) => Documented.FileName(record).ShouldBe(name);

    sealed record CaptionsScoredV2;

    static Type Type(string record) => Documented.Records.Single(type => type.Name == record);

    static string SchemaFile(Type record) => Path.Combine(Contracts, "schemas", $"{Documented.FileName(record)}.json");

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Pipeline.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
