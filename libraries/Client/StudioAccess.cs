using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Pipeline.Client;

/// <summary>
/// Who may use Studio: tokens and sessions, in the database beside the events, as SHA-256 only. A token is 32 random bytes, so that a plain
/// hash of it cannot be guessed. Whoever can write to the database can let somebody in.
/// </summary>
public sealed class StudioAccess(NpgsqlDataSource database)
{
    /// <summary>How long a link that somebody asked for can be used; once.</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromMinutes(10);

    /// <summary>How long a browser stays signed in.</summary>
    public static readonly TimeSpan SessionLifetime = TimeSpan.FromDays(30);

    /// <summary>Makes what is needed in the database; harmless when it is there.</summary>
    /// <returns>The lasting token, when this was the first start; else null: only its hash is known.</returns>
    public async Task<string?> PrepareAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await MakeTableAsync(connection, cancellation);
        await using var known = new NpgsqlCommand("select exists (select from studio_access where kind = 'token')", connection);
        var token = (bool)(await known.ExecuteScalarAsync(cancellation))! ? null : NewSecret();
        if (token is not null) await AddAsync(connection, token, "token", null, cancellation);
        await transaction.CommitAsync(cancellation);
        return token;
    }

    /// <summary>A secret that signs in once, within <see cref="LinkLifetime"/>.</summary>
    public async Task<string> NewLinkAsync(CancellationToken cancellation)
    {
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            await MakeTableAsync(connection, cancellation); // Studio may start for the first time a moment later, and makes its token then
            await transaction.CommitAsync(cancellation);
        }
        return await NewAsync("link", LinkLifetime, cancellation);
    }

    /// <summary>A lasting token in place of the old one; everybody who was signed in is signed out.</summary>
    public async Task<string> NewTokenAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await MakeTableAsync(connection, cancellation);
        await RunAsync(connection, "delete from studio_access", cancellation);
        var token = NewSecret();
        await AddAsync(connection, token, "token", null, cancellation);
        await transaction.CommitAsync(cancellation);
        return token;
    }

    /// <summary>Signs in with a token or a link, which is used up by that.</summary>
    /// <returns>The session's secret, for the cookie; null when it is refused.</returns>
    public async Task<string?> SignInAsync(string secret, CancellationToken cancellation)
    {
        await using var link = database.CreateCommand("delete from studio_access where hash = $1 and kind = 'link' and expires >= now() returning 1");
        link.Parameters.Add(new() { Value = Hash(secret) });
        var isLink = await link.ExecuteScalarAsync(cancellation) is not null;
        return isLink || await IsTokenAsync(secret, cancellation) ? await NewAsync("session", SessionLifetime, cancellation) : null;
    }

    /// <summary>Whether it is the lasting token: for programs, which send it with every request.</summary>
    public Task<bool> IsTokenAsync(string secret, CancellationToken cancellation) => IsAsync(secret, "token", cancellation);

    /// <summary>Whether it is a session that has not ended.</summary>
    public Task<bool> IsSessionAsync(string secret, CancellationToken cancellation) => IsAsync(secret, "session", cancellation);

    /// <summary>Ends a session.</summary>
    public async Task SignOutAsync(string secret, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("delete from studio_access where hash = $1 and kind = 'session'");
        command.Parameters.Add(new() { Value = Hash(secret) });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    async Task<string> NewAsync(string kind, TimeSpan lifetime, CancellationToken cancellation)
    {
        var secret = NewSecret();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await RunAsync(connection, "delete from studio_access where expires < now()", cancellation); // what has ended is of no use to anybody
        await AddAsync(connection, secret, kind, lifetime, cancellation);
        return secret;
    }

    async Task<bool> IsAsync(string secret, string kind, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "select exists (select from studio_access where hash = $1 and kind = $2 and (expires is null or expires >= now()))");
        command.Parameters.Add(new() { Value = Hash(secret) });
        command.Parameters.Add(new() { Value = kind });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <remarks>Two that start at once make one table, one after the other: a lock of the transaction.</remarks>
    static async Task MakeTableAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await RunAsync(connection, "select pg_advisory_xact_lock(8391742)", cancellation);
        await RunAsync(
            connection,
            """
            create table if not exists studio_access (
                hash bytea primary key, kind text not null check (kind in ('token', 'link', 'session')), made timestamptz not null default now(),
                expires timestamptz)
            """,
            cancellation);
    }

    static async Task AddAsync(NpgsqlConnection connection, string secret, string kind, TimeSpan? lifetime, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("insert into studio_access (hash, kind, expires) values ($1, $2, now() + $3)", connection)
        {
            Parameters =
            {
                new() { Value = Hash(secret) }, new() { Value = kind },
                new() { Value = (object?)lifetime ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Interval },
            },
        };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
