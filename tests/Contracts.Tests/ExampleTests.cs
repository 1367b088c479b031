using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Contracts.Tests;

/// <summary>
/// contracts/examples holds one JSON file for each message and event: what somebody who writes a reward in another language reads first.
/// When one of these tests fails because a record changed, its message is the text that the file should have.
/// </summary>
public sealed class ExampleTests
{
    static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "examples");

    static readonly JsonSerializerOptions Readable = ContractJson.Configure(
        new JsonSerializerOptions { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    static readonly JsonSerializerOptions NothingUnknown =
        new(Readable) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static TheoryData<string> Records => [.. Documented.Records.Select(type => type.Name)];

    [Fact]
    public void Each_message_and_event_has_an_example_and_nothing_else_has() =>
        Directory.EnumerateFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(
            Documented.Records.Select(type => $"{Documented.FileName(type)}.json").Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Records))]
    public void An_example_shows_every_member_and_reads_and_writes_to_the_same_bytes(string record)
    {
        var type = Documented.Records.Single(type => type.Name == record);
        var text = File.ReadAllText(Path.Combine(Folder, $"{Documented.FileName(type)}.json"));

        var value = JsonSerializer.Deserialize(text, type, Readable)!;

        using var example = JsonDocument.Parse(text);
        Encoding.UTF8.GetString(CanonicalJson.Serialize(value)).ShouldBe(
            Encoding.UTF8.GetString(CanonicalJson.Serialize(example.RootElement)), JsonSerializer.Serialize(value, type, Readable));
        JsonSerializer.Deserialize(text, type, NothingUnknown).ShouldNotBeNull();
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void An_example_without_one_of_its_required_members_is_refused(string record)
    {
        var type = Documented.Records.Single(type => type.Name == record);
        var text = File.ReadAllText(Path.Combine(Folder, $"{Documented.FileName(type)}.json"));
        var required = type.GetConstructors().First().GetParameters()
            .Where(parameter => !parameter.HasDefaultValue).Select(parameter => parameter.Name!);

        foreach (var member in required)
        {
            var without = System.Text.Json.Nodes.JsonNode.Parse(text)!.AsObject();
            without.Remove(JsonNamingPolicy.CamelCase.ConvertName(member)).ShouldBeTrue(member);
            Should.Throw<JsonException>(() => JsonSerializer.Deserialize(without.ToJsonString(), type, ContractJson.Options), member);
        }
    }

    [Fact]
    public void The_ids_in_the_examples_are_derived_as_documented()
    {
        var opened = Example<StepOpened>("step-opened");
        var start = Example<StartRun>("start-run");

        start.RunId.ShouldBe(Ids.Run(Encoding.UTF8.GetString(CanonicalJson.Serialize(start.Settings)), 0));
        foreach (var caption in opened.Captions)
        {
            caption.CaptionId.ShouldBe(Ids.Caption(opened.RunId, opened.Step, caption.PictureSha256, caption.Sample));
            caption.Seed.ShouldBe(Ids.Seed(start.Settings.Seed, opened.Step, caption.PictureSha256, caption.Sample));
        }
        Example<SampleCaptions>("sample-captions").BatchId.ShouldBe(Ids.Batch(opened.Captions.Select(caption => caption.CaptionId)));
    }

    [Fact]
    public void The_batch_root_in_the_example_is_that_of_the_captions_in_the_examples()
    {
        var captions = Example<CaptionsSampled>("captions-sampled").Captions;
        Example<PolicyUpdated>("policy-updated").BatchRoot.ShouldBe(MerkleTree.Root([.. captions.Select(CanonicalJson.Serialize)]));
    }

    static T Example<T>(string name) =>
        JsonSerializer.Deserialize<T>(File.ReadAllText(Path.Combine(Folder, $"{name}.v1.json")), ContractJson.Options)!;
}
