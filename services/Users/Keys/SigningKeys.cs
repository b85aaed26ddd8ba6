using System.Collections.Concurrent;
using Library.Defaults.Refusals;
using Library.Defaults.Web;
using Microsoft.Extensions.Options;

namespace Library.Users.Keys;

/// <summary>
/// The keys as this process knows them. They turn when somebody logs in and it is time: a timer would only make keys that nobody needs. What signs is a
/// moment old at most; what verifiers are told is read when they ask.
/// </summary>
internal sealed partial class SigningKeys
{
    private static readonly TimeSpan JustRead = TimeSpan.FromMilliseconds(50);

    private readonly KeyRingStore _store;
    private readonly IOptions<KeyOptions> _options;
    private readonly TimeProvider _time;
    private readonly ILogger<SigningKeys> _log;
    private readonly Blink<KeyRing> _signs;
    private readonly Blink<KeyRing> _told;
    private readonly ConcurrentDictionary<string, SigningKey> _open = new();
    private MasterKey? _master;

    public SigningKeys(KeyRingStore store, IOptions<KeyOptions> options, TimeProvider time, ILogger<SigningKeys> log)
    {
        (_store, _options, _time, _log) = (store, options, time, log);
        _signs = new Blink<KeyRing>(InTime, _ => options.Value.Fresh, time);
        _told = new Blink<KeyRing>(async () => await Read(), _ => JustRead, time);
    }

    private MasterKey Master => _master ?? throw new InvalidOperationException("The signing keys are not open yet.");

    /// <summary>Throws when they were sealed with another master key.</summary>
    public async Task Open(MasterKey master, CancellationToken cancellation)
    {
        var (ring, etag) = await _store.Read(cancellation);
        ring ??= await _store.Write(KeyRing.Begin(_time.GetUtcNow(), now => SigningKey.Make(master, now)), etag, cancellation);
        foreach (var key in ring.Keys)
        {
            _open[key.Kid] = SigningKey.Open(key, master);
        }

        _master = master;
    }

    public async Task<SigningKey> Current()
    {
        var ring = await _signs.Ask();
        var key = ring.Current;
        if (_open.Count > KeyRing.Most)
        {
            Forget(ring);
        }

        return _open.GetOrAdd(key.Kid, _ => SigningKey.Open(key, Master));
    }

    public async Task<IReadOnlyList<KeptKey>> Told() => [.. (await _told.Ask()).Told(_time.GetUtcNow())];

    public async Task<Decision<KeyRing>> Turn(CancellationToken cancellation)
    {
        var (ring, etag) = await Kept(cancellation);
        var wait = ring.UntilItMayTurn(_time.GetUtcNow(), _options.Value.Lead);
        return wait > TimeSpan.Zero ? KeyRefusals.TooSoon(wait) : await Turn(ring, etag, cancellation);
    }

    private async Task<KeyRing> InTime()
    {
        var (ring, etag) = await Kept(CancellationToken.None);
        var now = _time.GetUtcNow();
        return now - ring.Current.Signs >= _options.Value.Every && ring.UntilItMayTurn(now, _options.Value.Lead) == TimeSpan.Zero
            ? await Turn(ring, etag, CancellationToken.None)
            : ring;
    }

    /// <summary>Of two replicas at once one turns it, and both go on with what it became.</summary>
    private async Task<KeyRing> Turn(KeyRing ring, string etag, CancellationToken cancellation)
    {
        var turned = await _store.Write(ring.Rotate(_time.GetUtcNow(), now => SigningKey.Make(Master, now)), etag, cancellation);
        Forget(turned);
        LogTurned(turned.Current.Kid, turned.Keys.Count);
        return turned;
    }

    private void Forget(KeyRing ring)
    {
        foreach (var past in _open.Keys.Except(ring.Keys.Select(key => key.Kid)))
        {
            _open.TryRemove(past, out _);
        }
    }

    private async Task<KeyRing> Read() => (await Kept(CancellationToken.None)).Ring;

    private async Task<(KeyRing Ring, string ETag)> Kept(CancellationToken cancellation)
    {
        var (ring, etag) = await _store.Read(cancellation);
        return (ring ?? throw new RefusedException(StoreRefusals.StoreUnavailable), etag);
    }

    [LoggerMessage(LogLevel.Information, "Tokens are signed with the key {Kid} from now on; {Count} keys are told")]
    private partial void LogTurned(string kid, int count);
}
