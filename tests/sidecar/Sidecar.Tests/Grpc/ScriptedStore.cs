using Sidecar.State;

namespace Sidecar.Tests.Grpc;

/// <summary>A state store that does what a test says and remembers what it was asked.</summary>
internal sealed class ScriptedStore : IStateStore
{
    public StateFeatures Features { get; init; } = StateFeatures.ETag | StateFeatures.Transactional;

    public StateItem? Item { get; init; }

    public Exception? Failure { get; set; }

    public List<StateRead> Reads { get; } = [];

    public List<StateWrite> Writes { get; } = [];

    public Task InitAsync(CancellationToken cancellation) => Task.CompletedTask;

    public ValueTask<StateItem?> GetAsync(StateRead read, CancellationToken cancellation)
    {
        Reads.Add(read);
        return Failure is null ? ValueTask.FromResult(Item) : throw Failure;
    }

    public ValueTask<IReadOnlyList<BulkStateItem>> GetManyAsync(IReadOnlyList<StateRead> reads, int parallelism, CancellationToken cancellation)
    {
        Reads.AddRange(reads);
        return Failure is null
            ? ValueTask.FromResult<IReadOnlyList<BulkStateItem>>([.. reads.Select((read, i) => new BulkStateItem(read.Key, i == 0 ? Item : null))])
            : throw Failure;
    }

    public ValueTask WriteAsync(StateWrite write, CancellationToken cancellation) => TransactAsync([write], cancellation);

    public ValueTask TransactAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellation)
    {
        Writes.AddRange(writes);
        return Failure is null ? ValueTask.CompletedTask : throw Failure;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
