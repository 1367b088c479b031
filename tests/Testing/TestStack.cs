using Npgsql;
using Xunit;

namespace Pipeline.Testing;

/// <summary>
/// A test class's own database, virtual host and blob folder on real servers: <c>IClassFixture&lt;TestStack&gt;</c>. All of it is deleted
/// afterwards.
/// </summary>
public sealed class TestStack : IAsyncLifetime
{
    readonly string _name = $"test_{Guid.NewGuid():N}";
    string _server = "";

    /// <summary>Connection string of the database, which is empty at first.</summary>
    public string Postgres { get; private set; } = "";

    /// <summary>Address of the virtual host, which is empty at first.</summary>
    public string RabbitMq => Broker.Address;

    /// <summary>The virtual host, seen from outside.</summary>
    public TestBroker Broker { get; private set; } = null!;

    /// <summary>The folder of the blob store, which is empty at first.</summary>
    public string Blobs { get; private set; } = "";

    /// <summary>What a service needs to know of the stack, as configuration.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["Pipeline:Postgres"] = Postgres,
        ["Pipeline:RabbitMq"] = RabbitMq,
        ["Pipeline:RabbitMqManagement"] = Broker.Management,
        ["Pipeline:Blobs"] = Blobs,
    };

    /// <summary>Makes database and virtual host.</summary>
    public async ValueTask InitializeAsync()
    {
        var servers = await TestServers.VariablesAsync();
        _server = servers["Pipeline__Postgres"];
        // Each class leaves its pool behind when its database goes: small pools, so that many classes fit on one server.
        Postgres = new NpgsqlConnectionStringBuilder(_server) { Database = _name, MaxPoolSize = 20 }.ConnectionString;
        await ExecuteAsync($"create database {_name}");
        Broker = await TestBroker.CreateAsync(servers["Pipeline__RabbitMq"], servers["Pipeline__RabbitMqManagement"], _name);
        Blobs = Directory.CreateTempSubdirectory("pipeline-blobs-").FullName;
    }

    /// <summary>Deletes database, virtual host and blobs.</summary>
    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        await ExecuteAsync($"drop database {_name} with (force)");
        Directory.Delete(Blobs, recursive: true);
    }

    async Task ExecuteAsync(string sql)
    {
        await using var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_server) { Pooling = false }.ConnectionString);
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
