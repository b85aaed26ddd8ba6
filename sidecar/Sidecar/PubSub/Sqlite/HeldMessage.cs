namespace Sidecar.PubSub.Sqlite;

/// <summary>A message in memory, its place on disk, and how often it has failed in this process.</summary>
internal sealed class HeldMessage(long id, long expires, BrokerMessage message)
{
    public long Id { get; } = id;

    public BrokerMessage Message { get; } = message;

    public int Failures { get; set; }

    public bool HasExpired(TimeProvider time) => IsExpired(expires, time);

    /// <summary>Milliseconds since 1970; 0 for never.</summary>
    public static long Expiry(IReadOnlyDictionary<string, string> metadata, TimeSpan? fallback, TimeProvider time) =>
        (BrokerMetadata.TimeToLive(metadata) ?? fallback) is { } left ? time.GetUtcNow().ToUnixTimeMilliseconds() + (long)left.TotalMilliseconds : 0;

    private static bool IsExpired(long expires, TimeProvider time) => expires > 0 && expires <= time.GetUtcNow().ToUnixTimeMilliseconds();
}
