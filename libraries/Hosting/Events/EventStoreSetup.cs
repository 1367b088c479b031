using JasperFx;
using JasperFx.Events;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Pipeline.Contracts;
using Weasel.Core;

namespace Pipeline.Hosting;

/// <summary>
/// Marten on PostgreSQL: string streams, one place per event id, who and why beside every event, no schema change while running.
/// </summary>
static class EventStoreSetup
{
    public static void AddPipelineEvents(this IServiceCollection services)
    {
        services.AddSingleton(Connect);
        services.AddMarten(provider => Configure(provider.GetRequiredService<NpgsqlDataSource>()));
        services.AddSingleton<EventAppender>();
        services.AddHostedService<EventStoreStartup>();
    }

    static NpgsqlDataSource Connect(IServiceProvider provider)
    {
        var builder = new NpgsqlDataSourceBuilder(provider.GetRequiredService<IOptions<PipelineOptions>>().Value.Postgres);
        builder.ConnectionStringBuilder.ApplicationName ??= provider.GetRequiredService<ServiceIdentity>().Service;
        return builder.UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>()).Build();
    }

    static StoreOptions Configure(NpgsqlDataSource database)
    {
        var store = new StoreOptions();
        store.Connection(database);
        store.DisableNpgsqlLogging = true;
        store.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.CamelCase, json => ContractJson.Configure(json));

        // EventStoreStartup applies the schema once, before the first use; no session ever does.
        store.AutoCreateSchemaObjects = AutoCreate.None;
        store.Events.StreamIdentity = StreamIdentity.AsString;
        store.Events.AppendMode = EventAppendMode.Quick;
        store.Events.EnableUniqueIndexOnEventId = true;
        store.Events.EnableBigIntEvents = true;
        store.Events.MetadataConfig.EnableAll();
        // The stand-in for the patched lock package (infra/nuget) has no session locks: needed as soon as a daemon runs HotCold.
        store.Events.UseAdvisoryLockTransaction = true;
        foreach (var (type, name) in EventNames.All) store.Events.MapEventType(type, name);
        return store;
    }
}
