using Library.Contracts.Users;
using Library.Defaults.Auth.Tokens;
using Library.Defaults.Deliveries;
using Library.Defaults.Refusals;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Auth.Sessions;

/// <summary>
/// Tells whether a token's session has ended. One replica gets the message; the others see it in the service's own store, at which a process looks at most
/// every quarter of a second, and only when somebody shows a token.
/// </summary>
internal sealed partial class SessionWatch(EndedStore store, IOptions<AuthOptions> options, TimeProvider time, ILogger<SessionWatch> log)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const long Never = long.MinValue;

    private readonly EndedSessions _ended = new();
    private readonly Lock _gate = new();
    private Task _looking = Task.CompletedTask;
    private long? _beganAt;
    private long _knownAt = Never;
    private volatile bool _isAway;
    private long _epoch = -1;
    private long _lastPage;

    public async Task End(SessionsEnded ended, CancellationToken cancellation)
    {
        if (ended.Until + options.Value.ClockSkew > time.GetUtcNow())
        {
            await store.Add(ended, cancellation);
            _ended.Add(ended);
        }
    }

    /// <summary>While the store is away for a moment what is known goes on, and nobody waits for it; after that nobody is let in any more.</summary>
    public async ValueTask<bool> HasEnded(Token token, CancellationToken cancellation)
    {
        var looking = Look();
        if (!looking.IsCompletedSuccessfully && !(_isAway && IsKnown()))
        {
            await looking.WaitAsync(cancellation);
        }

        return IsKnown() ? _ended.Contains(token) : throw new RefusedException(AuthRefusals.SessionsUnknown);
    }

    private bool IsKnown() => Interlocked.Read(ref _knownAt) is not Never and var knownAt && time.GetElapsedTime(knownAt) <= Every + Patience + options.Value.SessionsUnknown;

    private Task Look()
    {
        lock (_gate)
        {
            if (!_looking.IsCompleted || (_beganAt is { } beganAt && time.GetElapsedTime(beganAt) < Every))
            {
                return _looking;
            }

            return _looking = Read((_beganAt = time.GetTimestamp()).Value);
        }
    }

    private async Task Read(long began)
    {
        // Nothing of it runs inside the lock.
        await Task.Yield();
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            await Learn(limit.Token);
            Interlocked.Exchange(ref _knownAt, began);
            _isAway = false;
        }
        catch (Exception exception) when (Trouble.Passes(exception))
        {
            _isAway = true;
            LogUnknown(exception.Message);
        }
    }

    private async Task Learn(CancellationToken cancellation)
    {
        var index = await store.ReadIndex(cancellation);
        if (index.Epoch == _epoch)
        {
            return;
        }

        // Only the last page grows; the others are as they were read, unless the store is an older one that was put back.
        var first = index.Epoch < _epoch ? 0 : _lastPage;
        long[] pages = [.. index.Pages.Select(place => place.Page).Where(page => page >= first)];
        foreach (var page in await store.ReadPages(pages, cancellation))
        {
            foreach (var ended in page?.Ended ?? [])
            {
                _ended.Add(ended);
            }
        }

        _ended.Forget(time.GetUtcNow() - options.Value.ClockSkew);
        (_epoch, _lastPage) = (index.Epoch, index.LastPage);
    }

    [LoggerMessage(LogLevel.Warning, "The store does not tell which sessions have ended: {Reason}")]
    private partial void LogUnknown(string reason);
}
