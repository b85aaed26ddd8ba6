using Sidecar.State;

namespace Workflow.Tests.Hub;

internal enum Fault
{
    None,

    /// <summary>It did not happen, and says so.</summary>
    Before,

    /// <summary>It happened, and the answer was lost.</summary>
    After,

    /// <summary>The answer was lost, and it happens only a while later.</summary>
    Later,

    /// <summary>Its user is killed before it happens.</summary>
    KilledBefore,

    /// <summary>Its user is killed once it has happened.</summary>
    KilledAfter,
}

/// <summary>A store seen over a connection that fails as a test says. Several may look at one store.</summary>
internal sealed class FaultyStore(IStateStore inner) : IStateStore, IListsKeys
{
    private int transactions;
    private readonly TaskCompletionSource cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool isCut;

    /// <summary>By the number of the transaction, from 1.</summary>
    public Func<int, IReadOnlyList<StateWrite>, Fault> Plan { get; set; } = static (_, _) => Fault.None;

    /// <summary>Reads fail while it says so.</summary>
    public Func<bool> ReadsFail { get; set; } = static () => false;

    public int Transactions => Volatile.Read(ref transactions);

    public int Reads { get; private set; }

    public StateFeatures Features => inner.Features;

    /// <summary>Nothing gets through from now on: whoever uses it has been killed, as far as the store can tell.</summary>
    public void Cut()
    {
        isCut = true;
        cut.TrySetResult();
    }

    public Task IsCut => cut.Task;

    public Task InitAsync(CancellationToken cancellation) => Task.CompletedTask;

    public ValueTask<StateItem?> GetAsync(StateRead read, CancellationToken cancellation)
    {
        Look();
        return inner.GetAsync(read, cancellation);
    }

    public ValueTask<IReadOnlyList<BulkStateItem>> GetManyAsync(IReadOnlyList<StateRead> reads, int parallelism, CancellationToken cancellation)
    {
        Look();
        return inner.GetManyAsync(reads, parallelism, cancellation);
    }

    public ValueTask WriteAsync(StateWrite write, CancellationToken cancellation) => throw new NotSupportedException("a hub writes transactions only");

    public async ValueTask TransactAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellation)
    {
        Check();
        var fault = Plan(Interlocked.Increment(ref transactions), writes);
        Check();
        switch (fault)
        {
            case Fault.Before:
                throw new IOException("the connection broke before");
            case Fault.After:
                await inner.TransactAsync(writes, cancellation);
                throw new IOException("the connection broke after");
            case Fault.Later:
                var sent = writes.ToList();
                _ = Task.Run(() => LaterAsync(sent), CancellationToken.None);
                throw new IOException("the connection broke, and the transaction goes on");
            case Fault.KilledBefore:
                Cut();
                Check();
                break;
            case Fault.KilledAfter:
                await inner.TransactAsync(writes, cancellation);
                Cut();
                Check();
                break;
            case Fault.None:
            default:
                await inner.TransactAsync(writes, cancellation);
                Check();
                break;
        }
    }

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string after, int most, CancellationToken cancellation) =>
        ((IListsKeys)inner).ListKeysAsync(prefix, after, most, cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task LaterAsync(List<StateWrite> writes)
    {
        try
        {
            await Task.Delay(5);
            await inner.TransactAsync(writes, CancellationToken.None);
        }
        catch (StateException)
        {
            // Its number was taken by then.
        }
    }

    private void Look()
    {
        Check();
        Reads++;
        if (ReadsFail())
        {
            throw new IOException("the connection broke");
        }
    }

    private void Check()
    {
        if (isCut)
        {
            throw new IOException("there is nobody any more");
        }
    }
}
