using System.Diagnostics.CodeAnalysis;

namespace Sidecar.PubSub.Envelope;

/// <summary>The entries of a message's or a subscription's metadata that the runtime itself looks at.</summary>
internal static class PublishMetadata
{
    private const string RawPayload = "rawPayload";

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
