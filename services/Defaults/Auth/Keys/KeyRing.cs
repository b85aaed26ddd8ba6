using System.Text;
using Library.Defaults.Refusals;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Auth.Keys;

/// <summary>
/// The issuer's keys as they are known here. An unknown id has them asked for once, after it came: what was asked before may not know it. One question
/// at a time and one a second at most; who needs the next one waits for its turn. What is known stays known while the issuer is away.
/// </summary>
internal sealed partial class KeyRing(KeysSource source, IOptions<AuthOptions> options, TimeProvider time, ILogger<KeyRing> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    private readonly UnknownKeys _unknown = new(time);
    private readonly Lock _gate = new();
    private readonly bool _isFixed = options.Value.Jwks is not null;
    private volatile KeySet _keys = options.Value.Jwks is { } jwks ? KeySet.Read(Encoding.UTF8.GetBytes(jwks))! : KeySet.Empty;
    private Task<bool> _asking = Task.FromResult(false);
    private Task<bool>? _turn;
    private long? _askedAt;
    private long _askAgain;

    public bool Knows(string kid) => _keys.Find(kid) is not null;

    /// <summary>None when the issuer has no such key; a refusal that time mends when it could not be asked.</summary>
    public async ValueTask<Key?> Find(string kid, CancellationToken cancellation)
    {
        AskInTime();
        if (_keys.Find(kid) is { } key)
        {
            return key;
        }

        if (_isFixed || _unknown.Contains(kid))
        {
            return null;
        }

        // What is being asked was asked before this id came: it may bring it, but not prove that there is none.
        await Asking().WaitAsync(cancellation);
        if (_keys.Find(kid) is { } brought)
        {
            return brought;
        }

        var isTold = await Turn().WaitAsync(cancellation);
        if (_keys.Find(kid) is { } told)
        {
            return told;
        }

        if (!isTold)
        {
            throw new RefusedException(AuthRefusals.KeysUnknown);
        }

        _unknown.Add(kid);
        return null;
    }

    /// <summary>Has keys that are known for long asked for again, beside the request that comes by.</summary>
    private void AskInTime()
    {
        if (!_isFixed && !_keys.IsEmpty && time.GetUtcNow().UtcTicks >= Interlocked.Read(ref _askAgain))
        {
            _ = Turn();
        }
    }

    private Task<bool> Asking()
    {
        lock (_gate)
        {
            return _asking;
        }
    }

    /// <summary>The next question, which has not begun yet.</summary>
    private Task<bool> Turn()
    {
        lock (_gate)
        {
            return _turn ??= Ask(_asking);
        }
    }

    private async Task<bool> Ask(Task<bool> before)
    {
        // Nothing of it runs inside the lock.
        await Task.Yield();
        await before;
        if (_askedAt is { } askedAt && Pause - time.GetElapsedTime(askedAt) is var rest && rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, time, CancellationToken.None);
        }

        lock (_gate)
        {
            (_asking, _turn, _askedAt) = (_turn!, null, time.GetTimestamp());
        }

        return await Read();
    }

    private async Task<bool> Read()
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience, time);
            if (KeySet.Read((await source(limit.Token).WaitAsync(limit.Token)).Span) is { } keys)
            {
                _keys = keys;
                AskAgainIn(options.Value.KeysFresh);
                return true;
            }

            LogMeaningless();
        }
        catch (Exception exception)
        {
            // Whatever kept it from answering: what is known goes on, and who needs more is told to come again.
            LogAway(exception.Message);
        }

        AskAgainIn(AfterFailure);
        return false;
    }

    private void AskAgainIn(TimeSpan wait) => Interlocked.Exchange(ref _askAgain, (time.GetUtcNow() + wait).UtcTicks);

    [LoggerMessage(LogLevel.Warning, "The issuer of tokens does not tell its keys ({Reason}); those that are known go on")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Warning, "What the issuer of tokens tells is no set of keys; those that are known go on")]
    private partial void LogMeaningless();
}
