using Sidecar.State;

namespace Workflow.Tests.Hub;

/// <summary>A store that, like Redis, does not look in a transaction whether what it creates is there already.</summary>
internal sealed class CarelessStore(IStateStore inner) : IStateStore
{
    public StateFeatures Features => inner.Features;

    public Task InitAsync(CancellationToken cancellation) => Task.CompletedTask;

    public ValueTask<StateItem?> GetAsync(StateRead read, CancellationToken cancellation) => inner.GetAsync(read, cancellation);

    public ValueTask<IReadOnlyList<BulkStateItem>> GetManyAsync(IReadOnlyList<StateRead> reads, int parallelism, CancellationToken cancellation) =>
        inner.GetManyAsync(reads, parallelism, cancellation);

    public ValueTask WriteAsync(StateWrite write, CancellationToken cancellation) => inner.WriteAsync(write, cancellation);

    public ValueTask TransactAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellation) =>
        inner.TransactAsync([.. writes.Select(write => write.HasETag ? write : write with { Concurrency = "" })], cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
