using Sidecar.Components;

namespace Sidecar.State.Sqlite;

/// <summary>
/// State in a SQLite file that a daprd may use at the same time. Reads and writes run on threads of their own, because a file can make
/// its caller wait; writes that come together share a commit. A caller that no longer waits leaves its write to happen.
/// </summary>
public sealed class SqliteStateStore : IStateStore, IListsKeys
{
    private const int Readers = 2;
    private readonly ComponentSpec spec;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly SqliteSettings settings;
    private readonly Inbox<SqliteJob> writes = new();
    private readonly Inbox<SqliteJob> reads;
    private readonly List<SqliteWorker> workers = [];
    private readonly ManualResetEventSlim closing = new();
    private readonly ExpiryCleanup cleanup;

    public SqliteStateStore(ComponentSpec spec, TimeProvider time, ILogger logger)
    {
        this.spec = spec;
        this.time = time;
        this.logger = logger;
        settings = SqliteSettings.Of(spec.Metadata);
        reads = settings.IsInMemory ? writes : new();
        cleanup = new ExpiryCleanup(settings.CleanupInterval, time, logger, RemoveExpiredAsync);
    }

    public StateFeatures Features => StateFeatures.ETag | StateFeatures.Transactional | StateFeatures.Ttl | StateFeatures.KeysLike;

    public async Task InitAsync(CancellationToken cancellation)
    {
        workers.Add(new SqliteWorker($"{spec.Name} writes", writes, OpenForWriting, groups: true));
        try
        {
            await Ask(writes, static _ => true).WaitAsync(cancellation);
        }
        catch (Exception error) when (error is SqliteFailure or InvalidDataException)
        {
            throw new ComponentException($"cannot use the SQLite database {settings.Uri}: {error.Message}. Does its folder exist, and may this process write there?", error);
        }

        for (var i = 0; i < Readers && !settings.IsInMemory; i++)
        {
            workers.Add(new SqliteWorker($"{spec.Name} reads", reads, OpenForReading, groups: false));
        }

        cleanup.Start();
    }

    public ValueTask<StateItem?> GetAsync(StateRead read, CancellationToken cancellation) => read.Key.Length == 0
        ? throw new StateException("missing key in get operation")
        : new(Ask(reads, table => table.Read(read.Key)).WaitAsync(cancellation));

    public ValueTask<IReadOnlyList<BulkStateItem>> GetManyAsync(IReadOnlyList<StateRead> reads, int parallelism, CancellationToken cancellation) =>
        new(Ask(this.reads, table => SqliteBulkRead.Read(table, reads)).WaitAsync(cancellation));

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string after, int most, CancellationToken cancellation) =>
        new(Ask(reads, table => table.Keys(prefix, after, most)).WaitAsync(cancellation));

    public ValueTask WriteAsync(StateWrite write, CancellationToken cancellation)
    {
        var prepared = SqliteWrite.Of(write);
        return prepared.Problem is { } problem ? throw problem : new(SaveAsync(prepared).WaitAsync(cancellation));
    }

    public ValueTask TransactAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellation)
    {
        if (writes.Count == 0)
        {
            return ValueTask.CompletedTask;
        }

        var prepared = new SqliteWrite[writes.Count];
        for (var i = 0; i < prepared.Length; i++)
        {
            prepared[i] = SqliteWrite.Of(writes[i]);
        }

        return new(SaveAsync(prepared).WaitAsync(cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        await cleanup.DisposeAsync();
        closing.Set();
        writes.Close();
        reads.Close();
        foreach (var worker in workers)
        {
            await worker.Ended;
        }

        closing.Dispose();
    }

    private Task SaveAsync(params IReadOnlyList<SqliteWrite> prepared)
    {
        var save = new SqliteSave(prepared);
        Hand(writes, save);
        foreach (var write in prepared)
        {
            if (write.Seconds > 0)
            {
                cleanup.Expect();
            }
        }

        return save.Done;
    }

    private Task<T> Ask<T>(Inbox<SqliteJob> inbox, Func<SqliteTable, T> question)
    {
        var job = new SqliteQuestion<T>(question);
        Hand(inbox, job);
        return job.Answer;
    }

    private void Hand(Inbox<SqliteJob> inbox, SqliteJob job) => ObjectDisposedException.ThrowIf(!inbox.Add(job), this);

    private async Task<bool> RemoveExpiredAsync(CancellationToken cancellation)
    {
        var (removed, more) = await Ask(writes, static table => (table.RemoveExpired(), table.HasMortals()));
        if (removed is { } rows)
        {
            logger.LogInformation("Removed {Rows} expired rows", rows);
        }
        else
        {
            logger.LogDebug("Last cleanup was performed too recently");
        }

        return more;
    }

    private SqliteTable OpenForWriting()
    {
        var database = Connect();
        try
        {
            SqliteSchema.Prepare(database, settings);
            return new SqliteTable(database, settings, time);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private SqliteTable OpenForReading() => new(Connect(), settings, time);

    private SqliteDatabase Connect()
    {
        var database = new SqliteDatabase(settings.Uri, settings.Patience, time, closing);
        try
        {
            SqliteDurability.Ensure(database, settings);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }
}
