using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Pipeline.Testing;

namespace Pipeline.Studio.Tests.SignIn;

public sealed class StudioAccessTests(TestStack stack) : IClassFixture<TestStack>, IAsyncLifetime
{
    readonly NpgsqlDataSource _database = NpgsqlDataSource.Create(stack.Postgres);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    StudioAccess Access => new(_database);

    public async ValueTask InitializeAsync() => await AskAsync("drop table if exists studio_access");

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task The_first_start_makes_the_token_and_only_its_SHA_256_is_stored()
    {
        var token = (await Access.PrepareAsync(Cancel)).ShouldNotBeNull();
        token.Length.ShouldBe(43, "32 bytes in base64url");
        (await Access.PrepareAsync(Cancel)).ShouldBeNull("it is there already");

        (await Access.IsTokenAsync(token, Cancel)).ShouldBeTrue();
        (await Access.IsTokenAsync(token + "x", Cancel)).ShouldBeFalse();
        (await AskAsync("select hash from studio_access")).ShouldBe(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        ((string)(await AskAsync("select string_agg(row_to_json(a)::text, '') from studio_access a"))!).ShouldNotContain(token);
    }

    [Fact]
    public async Task First_starts_at_once_make_one_token()
    {
        var tokens = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Access.PrepareAsync(Cancel)));
        var token = tokens.OfType<string>().ShouldHaveSingleItem();
        (await Access.IsTokenAsync(token, Cancel)).ShouldBeTrue();
        (await AskAsync("select count(*) from studio_access")).ShouldBe(1L);
    }

    [Fact]
    public async Task A_link_signs_in_once()
    {
        await Access.PrepareAsync(Cancel);
        var link = await Access.NewLinkAsync(Cancel);
        var tries = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Access.SignInAsync(link, Cancel)));
        var session = tries.OfType<string>().ShouldHaveSingleItem();
        (await Access.IsSessionAsync(session, Cancel)).ShouldBeTrue();
        (await Access.SignInAsync(link, Cancel)).ShouldBeNull();
        (await Access.IsTokenAsync(link, Cancel)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_link_and_a_session_end_when_their_time_is_over_and_are_forgotten_when_somebody_comes_next()
    {
        var token = (await Access.PrepareAsync(Cancel))!;
        var session = (await Access.SignInAsync(token, Cancel))!;
        var link = await Access.NewLinkAsync(Cancel);
        (await AskAsync("select count(*) from studio_access where kind = 'link' and expires between now() + '9 minutes' and now() + '10 minutes'")).ShouldBe(1L);
        await AskAsync("update studio_access set expires = now() - interval '1 second' where expires is not null");

        (await Access.SignInAsync(link, Cancel)).ShouldBeNull();
        (await Access.IsSessionAsync(session, Cancel)).ShouldBeFalse();
        await Access.SignInAsync(token, Cancel);
        (await AskAsync("select string_agg(kind, ',' order by kind) from studio_access")).ShouldBe("session,token", "that of now, and no other");
    }

    [Fact]
    public async Task The_token_signs_in_as_often_as_one_likes_and_signing_out_ends_one_session()
    {
        var token = (await Access.PrepareAsync(Cancel))!;
        string one = (await Access.SignInAsync(token, Cancel))!, other = (await Access.SignInAsync(token, Cancel))!;
        await Access.SignOutAsync(one, Cancel);
        (await Access.IsSessionAsync(one, Cancel)).ShouldBeFalse();
        (await Access.IsSessionAsync(other, Cancel)).ShouldBeTrue();
        await Access.SignOutAsync(token, Cancel);
        (await Access.IsTokenAsync(token, Cancel)).ShouldBeTrue("a token is no session");
        (await Access.IsSessionAsync(token, Cancel)).ShouldBeFalse();
        (await Access.SignInAsync("a guess", Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_new_token_signs_everybody_out()
    {
        var old = (await Access.PrepareAsync(Cancel))!;
        var session = (await Access.SignInAsync(old, Cancel))!;
        var link = await Access.NewLinkAsync(Cancel);

        var token = await Access.NewTokenAsync(Cancel);

        (await Access.IsTokenAsync(token, Cancel)).ShouldBeTrue();
        (await Access.IsTokenAsync(old, Cancel)).ShouldBeFalse();
        (await Access.IsSessionAsync(session, Cancel)).ShouldBeFalse();
        (await Access.SignInAsync(link, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task A_new_token_can_be_asked_for_before_Studio_was_ever_started()
    {
        var token = await Access.NewTokenAsync(Cancel);
        (await Access.IsTokenAsync(token, Cancel)).ShouldBeTrue();
        (await Access.PrepareAsync(Cancel)).ShouldBeNull();
    }

    async Task<object?> AskAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancel);
    }
}
