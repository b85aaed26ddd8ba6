using System.Text.Json.Serialization;
using Library.Defaults.Stores;
using Library.Users.Sessions;

namespace Library.Users.Keys;

/// <summary>A key pair on P-256; the private half is sealed with the master key that <see cref="SealedWith"/> names.</summary>
internal sealed record KeptKey(string Kid, byte[] X, byte[] Y, byte[] Sealed, string SealedWith, DateTimeOffset Made)
{
    /// <summary>When it began to sign.</summary>
    public DateTimeOffset? Signs { get; init; }

    /// <summary>When the last token that it has signed will have ended; none while it signs.</summary>
    public DateTimeOffset? Ends { get; init; }
}

/// <summary>All keys, in the order in which they sign: those whose tokens have not all ended, the one that signs, the next.</summary>
internal sealed record KeyRing(IReadOnlyList<KeptKey> Keys)
{
    /// <summary>More than a verifier would look at makes no sense.</summary>
    public const int Most = 32;

    public static readonly Schema<KeyRing> Schema = new("keys");

    /// <summary>Clocks differ, and a replica may sign with a key a moment after another has taken the next.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    [JsonIgnore]
    public KeptKey Current => Keys[^2];

    [JsonIgnore]
    public KeptKey Next => Keys[^1];

    public static KeyRing Begin(DateTimeOffset now, Func<DateTimeOffset, KeptKey> make) => new([make(now) with { Signs = now }, make(now)]);

    /// <summary>The next key signs from now on, and there is a new next one.</summary>
    public KeyRing Rotate(DateTimeOffset now, Func<DateTimeOffset, KeptKey> make) => new(
    [
        .. Keys.SkipLast(2).Where(key => key.Ends > now),
        Current with { Ends = now + Session.Lifetime + Grace },
        Next with { Signs = now },
        make(now),
    ]);

    /// <summary>How long it takes until it may turn: nobody must see a token before its key, and keys must have room.</summary>
    public TimeSpan UntilItMayTurn(DateTimeOffset now, TimeSpan lead)
    {
        var told = Next.Made + lead - now;
        var live = Keys.SkipLast(2).Where(key => key.Ends > now).ToList();
        var room = live.Count + 2 < Most ? TimeSpan.Zero : live[0].Ends!.Value - now;
        return new[] { told, room, TimeSpan.Zero }.Max();
    }

    /// <summary>What verifiers are told.</summary>
    public IEnumerable<KeptKey> Told(DateTimeOffset now) => Keys.Where(key => key.Ends is null || key.Ends > now);
}
