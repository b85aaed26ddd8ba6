using System.Globalization;
using Sidecar.Components;

namespace Sidecar.PubSub;

/// <summary>The entries of a message's metadata that brokers look at.</summary>
internal static class BrokerMetadata
{
    /// <summary>The value under this name in any case; null when it is missing or empty.</summary>
    public static string? Find(IReadOnlyDictionary<string, string> metadata, string name)
    {
        if (metadata.TryGetValue(name, out var exact) && exact.Length > 0)
        {
            return exact;
        }

        foreach (var (key, value) in metadata)
        {
            if (value.Length > 0 && key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Null without a time to live, and with one that makes no sense.</summary>
    public static TimeSpan? TimeToLive(IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0 || (Find(metadata, "ttl") ?? Find(metadata, "ttlInSeconds")) is not { } text)
        {
            return null;
        }

        if (GoDuration.TryParse(text, bareUnit: null, out var duration))
        {
            return duration < TimeSpan.Zero ? TimeSpan.Zero : duration;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, long.MaxValue / 1_000_000_000))
            : null;
    }
}
