using Sidecar.Components;

namespace Sidecar.State;

/// <summary>How keys of one app are told apart in a store that others use too: the component's <c>keyPrefix</c>.</summary>
public sealed class StateKeys
{
    public const string Separator = "||";
    private readonly string prefix;

    public StateKeys(string keyPrefix, string store, string appId, string @namespace)
    {
        prefix = keyPrefix.ToLowerInvariant() switch
        {
            "" or "appid" => appId + Separator,
            "name" => store + Separator,
            "namespace" => (@namespace.Length > 0 ? $"{@namespace}.{appId}" : appId) + Separator,
            "none" => "",
            var text when text.Contains(Separator, StringComparison.Ordinal) => throw new ComponentException($"keyPrefix '{text}' can't contain '{Separator}'"),
            var text => text + Separator,
        };
    }

    public static bool IsLegal(string key) => !key.Contains(Separator, StringComparison.Ordinal);

    public string Stored(string key) => prefix + key;

    /// <summary>What an app called it: the second of the parts, whatever wrote the key.</summary>
    public static string Original(string stored)
    {
        var first = stored.IndexOf(Separator, StringComparison.Ordinal);
        if (first < 0)
        {
            return stored;
        }

        var rest = stored.AsSpan(first + Separator.Length);
        var second = rest.IndexOf(Separator, StringComparison.Ordinal);
        return (second < 0 ? rest : rest[..second]).ToString();
    }
}
