using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Sidecar.Components;

namespace Sidecar.PubSub.Envelope;

/// <summary>The entries of a message's or a subscription's metadata that the runtime itself looks at.</summary>
internal static class PublishMetadata
{
    private const string RawPayload = "rawPayload";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(long.MaxValue / 1_000_000_000);

    /// <summary>False, with the reason in Dapr's words, when the entry is there and is no truth value of Go.</summary>
    public static bool TryReadRaw(IReadOnlyDictionary<string, string>? metadata, out bool isRaw, [NotNullWhen(false)] out string? problem)
    {
        (isRaw, problem) = (false, null);
        if (metadata is null || metadata.Count == 0 || !metadata.TryGetValue(RawPayload, out var value) || value.Length == 0)
        {
            return true;
        }

        switch (value)
        {
            case "1" or "t" or "T" or "TRUE" or "true" or "True":
                isRaw = true;
                return true;
            case "0" or "f" or "F" or "FALSE" or "false" or "False":
                return true;
            default:
                problem = $"{RawPayload} value must be a valid boolean: actual is '{value}'";
                return false;
        }
    }

    /// <summary>Null without a time to live, and with one that makes no sense.</summary>
    public static TimeSpan? TimeToLive(IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null || metadata.Count == 0 || (Find(metadata, "ttl") ?? Find(metadata, "ttlInSeconds")) is not { Length: > 0 } text)
        {
            return null;
        }

        if (GoDuration.TryParse(text, bareUnit: null, out var duration))
        {
            return duration < TimeSpan.Zero ? TimeSpan.Zero : duration;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, (long)Longest.TotalSeconds))
            : null;
    }

    /// <summary>The value under exactly this name, else under the same name in other case; null when there is none.</summary>
    public static string? Find(IReadOnlyDictionary<string, string> metadata, string name)
    {
        if (metadata.TryGetValue(name, out var exact))
        {
            return exact;
        }

        foreach (var (key, value) in metadata)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }
}
