using Pipeline.Client;
using Pipeline.Projections.Runs;
using RabbitMQ.Client.Exceptions;

namespace Pipeline.Studio.Run;

/// <summary>What a run waits for that has been quiet for a while.</summary>
sealed class RunWaits(Connection connection, RunCatalogue runs)
{
    /// <summary>Nothing new for so long: then it is looked at what is missing.</summary>
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    readonly ParkedScores _parked = new(connection.Options.RabbitMq);
    readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>What it waits for, in words; null when it goes on, or does not run.</summary>
    public async Task<string?> WhatForAsync(RunSummary run, CancellationToken cancellation)
    {
        if (run.Phase != RunPhase.Running || DateTimeOffset.UtcNow - run.LastEvent < Quiet) return null;
        await _one.WaitAsync(cancellation);
        try
        {
            if ((await BrokerAlarm.FindAsync(connection.Options, cancellation)).FirstOrDefault() is { } alarm) return alarm.TrimEnd('.');
            return await new WaitingFor(connection.Events, _parked).FindAsync(await runs.LoadAsync(run.RunId, cancellation), cancellation);
        }
        catch (Exception error) when (error is BrokerUnreachableException or OperationInterruptedException)
        {
            return "RabbitMQ, which does not answer";
        }
        finally
        {
            _one.Release();
        }
    }
}
