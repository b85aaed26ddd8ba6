using Microsoft.Extensions.Options;

namespace Library.Users.Sessions;

/// <summary>
/// Slows down who guesses, and nobody else: what counts is the user and the address together, and the address. A try of somebody who has not logged in from
/// there before counts as wrong when it begins, so that many at once are many; the right password takes it back.
/// </summary>
internal sealed class Throttle(IOptions<ThrottleOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Recent<Tries> _ofPair = new(options.Value.Remembered);
    private readonly Recent<Bucket> _ofAddress = new(options.Value.Remembered);
    private readonly Recent<object> _known = new(options.Value.Remembered);

    /// <summary>How long to wait before trying; none to try at once.</summary>
    public TimeSpan? Enter(string account, string address)
    {
        var pair = Pair(account, address);
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var tries = _ofPair.TryFind(pair, out var found) ? found : new Tries(0, now);
            var wait = WaitAfter(tries.Count) - time.GetElapsedTime(tries.Last, now);
            if (wait > TimeSpan.Zero)
            {
                return wait;
            }

            // Who has logged in from here before is not kept out by others who guess from here, nor by other windows of his own.
            if (_known.TryFind(pair, out _))
            {
                return null;
            }

            var bucket = Filled(address, now);
            if (bucket.Left < 1)
            {
                return options.Value.AddressPause * (1 - bucket.Left);
            }

            _ofAddress.Put(address, bucket with { Left = bucket.Left - 1 });
            _ofPair.Put(pair, new Tries(tries.Count + 1, now));
            return null;
        }
    }

    /// <summary>It was a wrong password; of somebody unknown here it counts already.</summary>
    public void Blame(string account, string address)
    {
        var pair = Pair(account, address);
        lock (_gate)
        {
            if (_known.TryFind(pair, out _))
            {
                _ofPair.Put(pair, new Tries(_ofPair.TryFind(pair, out var tries) ? tries.Count + 1 : 1, time.GetTimestamp()));
            }
        }
    }

    /// <summary>It was the right password.</summary>
    public void Forgive(string account, string address)
    {
        var pair = Pair(account, address);
        lock (_gate)
        {
            _ofPair.Remove(pair);
            if (!_known.TryFind(pair, out _))
            {
                _known.Put(pair, pair);
                TakeBack(address);
            }
        }
    }

    /// <summary>It was not looked at, so it was neither right nor wrong.</summary>
    public void Withdraw(string account, string address)
    {
        var pair = Pair(account, address);
        lock (_gate)
        {
            if (_known.TryFind(pair, out _))
            {
                return;
            }

            TakeBack(address);
            if (_ofPair.TryFind(pair, out var tries) && tries.Count > 0)
            {
                _ofPair.Put(pair, tries with { Count = tries.Count - 1 });
            }
        }
    }

    private static string Pair(string account, string address) => $"{account}\n{address}";

    private void TakeBack(string address)
    {
        var bucket = Filled(address, time.GetTimestamp());
        _ofAddress.Put(address, bucket with { Left = Math.Min(options.Value.OfAddress, bucket.Left + 1) });
    }

    private Bucket Filled(string address, long now) => _ofAddress.TryFind(address, out var bucket)
        ? new Bucket(Math.Min(options.Value.OfAddress, bucket.Left + (time.GetElapsedTime(bucket.At, now) / options.Value.AddressPause)), now)
        : new Bucket(options.Value.OfAddress, now);

    private TimeSpan WaitAfter(int tries)
    {
        var beyond = tries - options.Value.Free;
        return beyond < 0 ? TimeSpan.Zero
            : beyond > 20 ? options.Value.LongestWait
            : TimeSpan.FromTicks(Math.Min(options.Value.LongestWait.Ticks, options.Value.FirstWait.Ticks << beyond));
    }

    private sealed record Tries(int Count, long Last);

    private sealed record Bucket(double Left, long At);
}
