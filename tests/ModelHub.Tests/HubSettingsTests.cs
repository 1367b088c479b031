using Pipeline.ModelHub.Hub;

namespace Pipeline.ModelHub.Tests;

public sealed class HubSettingsTests : IDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("pipeline-home-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void The_token_is_HF_TOKEN_else_the_file_of_HF_TOKEN_PATH_else_that_of_HF_HOME()
    {
        var file = Path.Combine(_home, "elsewhere");
        File.WriteAllText(file, "of-path\n");
        File.WriteAllText(Path.Combine(_home, "token"), "of-home\n");

        Read(("HF_TOKEN", " of-variable "), ("HF_TOKEN_PATH", file)).Token.ShouldBe("of-variable");
        Read(("HF_TOKEN", ""), ("HF_TOKEN_PATH", file)).Token.ShouldBe("of-path");
        Read().Token.ShouldBe("of-home");
        File.Delete(Path.Combine(_home, "token"));
        Read().Token.ShouldBeNull();
    }

    [Fact]
    public void The_cache_is_HF_HUB_CACHE_else_in_HF_HOME()
    {
        Read(("HF_HUB_CACHE", "/somewhere")).Cache.ShouldBe("/somewhere");
        Read().Cache.ShouldBe(Path.Combine(_home, "hub"));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("0", false)]
    [InlineData("", false)]
    public void HF_HUB_OFFLINE_switches_the_network_off(string value, bool isOffline) =>
        Read(("HF_HUB_OFFLINE", value)).IsOffline.ShouldBe(isOffline);

    [Fact]
    public void HF_ENDPOINT_names_a_mirror()
    {
        Read().Endpoint.ShouldBe(new Uri("https://huggingface.co"));
        Read(("HF_ENDPOINT", "http://mirror.test/hub/")).Endpoint.ShouldBe(new Uri("http://mirror.test/hub"));
        Should.Throw<HubException>(() => Read(("HF_ENDPOINT", "mirror"))).Message.ShouldBe("HF_ENDPOINT: 'mirror' is no http or https URL");
    }

    [Fact]
    public void An_address_is_below_the_endpoints_path() =>
        new HubFile("a/b", "main", "x y/z.bin").Address(new Uri("http://mirror.test/hub")).AbsoluteUri
            .ShouldBe("http://mirror.test/hub/a/b/resolve/main/x%20y/z.bin");

    HubSettings Read(params (string Name, string Value)[] variables)
    {
        var all = variables.Append(("HF_HOME", _home)).ToDictionary(pair => pair.Item1, pair => pair.Item2);
        return HubSettings.FromEnvironment(name => all.GetValueOrDefault(name));
    }
}
