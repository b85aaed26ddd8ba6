namespace Library.Defaults.Web;

/// <summary>An answer that is costly to find: found once at a time however many ask, and told again while it is fresh.</summary>
public sealed class Blink<T>(Func<Task<T>> find, Func<T, TimeSpan> fresh, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<T>? _latest;
    private long _foundAt;

    public Task<T> Ask()
    {
        lock (_gate)
        {
            return _latest is { } latest && (!latest.IsCompleted || IsFresh(latest)) ? latest : _latest = Find();
        }
    }

    private async Task<T> Find()
    {
        // Nothing of it runs inside the lock.
        await Task.Yield();
        var found = await find();
        _foundAt = time.GetTimestamp();
        return found;
    }

    private bool IsFresh(Task<T> latest) => latest.IsCompletedSuccessfully && time.GetElapsedTime(_foundAt) < fresh(latest.Result);
}
