using Pipeline.Studio.SignIn;

namespace Pipeline.Studio.Tests.SignIn;

public sealed class InvitationTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8090", null, "http://127.0.0.1:8090")]
    [InlineData("http://[::]:8080", null, "http://127.0.0.1:8080")]
    [InlineData("http://0.0.0.0:8080", null, "http://127.0.0.1:8080")]
    [InlineData("http://+:80", null, "http://127.0.0.1:80")]
    [InlineData("http://[::]:8080", "https://studio.example/", "https://studio.example")]
    [InlineData(null, null, StudioOptions.DefaultAddress)]
    public void The_link_has_the_address_that_people_open(string? listens, string? told, string address) =>
        Invitation.Address(listens is null ? null : [listens], told).ShouldBe(address);
}
