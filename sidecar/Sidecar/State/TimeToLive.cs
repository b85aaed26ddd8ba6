using System.Globalization;

namespace Sidecar.State;

/// <summary>How long a value lives: the writer says it in seconds, the reader gets the moment.</summary>
internal static class TimeToLive
{
    public const string Key = "ttlInSeconds";

    /// <summary>As Dapr's SQL stores read it: seconds, 0 for ever.</summary>
    public static int Seconds(IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null || !metadata.TryGetValue(Key, out var text) || text.Length == 0)
        {
            return 0;
        }

        if (!GoInteger.TryParse(text, "ParseInt", out var seconds, out var problem))
        {
            throw Error(problem);
        }

        return seconds is >= -1 and <= int.MaxValue ? Math.Max(0, (int)seconds) : throw Error("must be -1 or greater");
    }

    public static IReadOnlyDictionary<string, string> Expiry(DateTimeOffset moment) =>
        Expiry(moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    public static IReadOnlyDictionary<string, string> Expiry(string moment) =>
        new Dictionary<string, string>(1, StringComparer.Ordinal) { ["ttlExpireTime"] = moment };

    private static StateException Error(string reason) => new($"error parsing TTL: incorrect value for metadata '{Key}': {reason}");
}
