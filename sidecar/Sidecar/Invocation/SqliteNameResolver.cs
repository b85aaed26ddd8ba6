using System.Collections.Concurrent;
using System.Collections.Immutable;
using Sidecar.State.Sqlite;

namespace Sidecar.Invocation;

/// <summary>
/// Finds sidecars of other processes through a file, as daprd's nameresolution.sqlite does, and makes the ones of this process known
/// there. One for each process and file, with a thread of its own, which sleeps but for a heartbeat every few seconds.
/// </summary>
public sealed class SqliteNameResolver : INameResolver, IAsyncDisposable
{
    private readonly NameResolutionSettings settings;
    private readonly TimeProvider time;
    private readonly ILogger<SqliteNameResolver> log;
    private readonly Inbox<Job> inbox = new();
    private readonly ManualResetEventSlim closing = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, SidecarRow> own = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string? Id, long Since)> distrusted = new(StringComparer.Ordinal);
    private readonly ITimer heartbeat;
    private long lastCleanup;

    public SqliteNameResolver(NameResolutionSettings settings, TimeProvider time, ILogger<SqliteNameResolver> log)
    {
        this.settings = settings;
        this.time = time;
        this.log = log;
        var beat = new Job(Beat, failure =>
        {
            log.LogError("Failed to update host registration: {Failure}", failure.Message);
            Rest();
        });
        heartbeat = time.CreateTimer(_ => inbox.Add(beat), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        new Thread(Work, 256 * 1024) { IsBackground = true, Name = "sidecars" }.Start();
    }

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    public string Unknown(string appId) => settings.IsChosen ? "no host found with the given ID" : $"couldn't find service: {appId}";

    /// <summary>Makes a sidecar of this process known until the registration is disposed.</summary>
    public async Task<IAsyncDisposable> RegisterAsync(string appId, string address)
    {
        var row = new SidecarRow(Guid.NewGuid().ToString(), appId, address);
        own[address] = row;
        try
        {
            await AskAsync(table =>
            {
                table.Register(row, Now);
                return true;
            });
        }
        catch (InvocationException problem) when (!settings.IsChosen)
        {
            log.LogWarning("sidecars of other processes cannot find this one: {File}: {Problem}", settings.Uri, problem.Message);
        }

        Rest();
        return new Registration(this, row);
    }

    public async ValueTask<ImmutableArray<string>> FindAsync(string appId)
    {
        var sightings = await SightingsAsync(appId);
        return [.. sightings.Where(sighting => !own.ContainsKey(sighting.Address) && IsTrusted(sighting)).Select(sighting => sighting.Address).Order(StringComparer.Ordinal)];
    }

    public void Distrust(string address) => distrusted[address] = (null, Now);

    public async ValueTask DisposeAsync()
    {
        await heartbeat.DisposeAsync();
        inbox.Close();
        await ended.Task;
        closing.Dispose();
    }

    private async ValueTask<ImmutableArray<SidecarSighting>> SightingsAsync(string appId)
    {
        try
        {
            return await AskAsync(table => table.Find(appId, Now - (long)settings.UpdateInterval.TotalSeconds));
        }
        catch (InvocationException problem) when (!settings.IsChosen)
        {
            log.LogDebug("sidecars of other processes cannot be found: {File}: {Problem}", settings.Uri, problem.Message);
            return [];
        }
    }

    /// <summary>One that could not be reached is trusted when it has been seen since, or when another has taken its address.</summary>
    private bool IsTrusted(SidecarSighting sighting)
    {
        if (!distrusted.TryGetValue(sighting.Address, out var distrust))
        {
            return true;
        }

        if (distrust.Id is null && sighting.LastUpdate <= distrust.Since)
        {
            distrusted.TryUpdate(sighting.Address, (sighting.Id, distrust.Since), distrust);
            return false;
        }

        if (distrust.Id == sighting.Id && sighting.LastUpdate <= distrust.Since)
        {
            return false;
        }

        distrusted.TryRemove(sighting.Address, out _);
        return true;
    }

    private Task<T> AskAsync<T>(Func<SidecarTable, T> ask)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isTaken = inbox.Add(new Job(
            table => answer.SetResult(ask(table)),
            failure => answer.SetException(new InvocationException($"failed to look up address: {failure.Message}"))));
        return isTaken ? answer.Task : Task.FromException<T>(new InvocationException("name resolver not initialized"));
    }

    private void Beat(SidecarTable table)
    {
        table.Renew(own.Values, Now);
        if (Now - lastCleanup >= (long)settings.CleanupInterval.TotalSeconds)
        {
            lastCleanup = Now;
            table.Expire(Now - (long)settings.CleanupInterval.TotalSeconds);
        }

        Rest();
    }

    /// <summary>Until the next heartbeat; for ever when there is nobody to speak for.</summary>
    private void Rest() => heartbeat.Change(own.IsEmpty ? Timeout.InfiniteTimeSpan : settings.RenewInterval, Timeout.InfiniteTimeSpan);

    private void Work()
    {
        SidecarTable? table = null;
        var jobs = new List<Job>();
        while (inbox.Take(jobs, most: 1))
        {
            try
            {
                table ??= new SidecarTable(settings, time, closing);
                jobs[0].Run(table);
            }
            catch (Exception failure)
            {
                jobs[0].Fail(failure);
            }

            jobs.Clear();
        }

        table?.Dispose();
        ended.SetResult();
    }

    /// <summary>Something for the thread to do; it hears of it when that failed.</summary>
    private sealed record Job(Action<SidecarTable> Run, Action<Exception> Fail);

    private sealed class Registration(SqliteNameResolver resolver, SidecarRow row) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            resolver.own.TryRemove(new(row.Address, row));
            try
            {
                await resolver.AskAsync(table =>
                {
                    table.Remove(row);
                    return true;
                });
            }
            catch (InvocationException problem)
            {
                // Its row is stale in a few seconds.
                resolver.log.LogDebug("the registration of {Address} stays: {Problem}", row.Address, problem.Message);
            }
        }
    }
}
