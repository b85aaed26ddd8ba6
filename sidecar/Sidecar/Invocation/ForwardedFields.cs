using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;

namespace Sidecar.Invocation;

/// <summary>Which header fields go on, to an app or back to a caller. What belongs to one connection stays behind.</summary>
public static class ForwardedFields
{
    private static readonly string[] HopByHop =
    [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "http2-settings", "te", "trailer",
        "proxy-authorization", "proxy-authenticate",
    ];

    private static readonly FrozenSet<string> OfConnection = HopByHop.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Left = HopByHop
        .Concat(["destination-app-id", "content-type", "content-length", "host", "traceparent", "tracestate", "grpc-trace-bin"])
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Calls <paramref name="write"/> for each field. Content type, length and trace are for the caller to decide.</summary>
    public static void Copy<TState>(HeaderFields fields, TState state, Action<TState, string, StringValues> write)
    {
        var connection = fields.All("connection").ToString();
        foreach (var (name, values) in fields)
        {
            if (values.Count == 0 || name.Length == 0 || Left.Contains(name) || name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase) || IsNamedBy(connection, name))
            {
                continue;
            }

            if (name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase))
            {
                write(state, "dapr-" + name, values);
            }
            else if (name[0] == ':')
            {
                write(state, "dapr-" + name[1..], values);
            }
            else
            {
                write(state, name, name.Equals("baggage", StringComparison.OrdinalIgnoreCase) ? values[0] : values);
            }
        }
    }

    /// <summary>Everything but what belongs to the connection.</summary>
    public static void CopyEndToEnd<TState>(HeaderFields fields, TState state, Action<TState, string, StringValues> write)
    {
        var connection = fields.All("connection").ToString();
        foreach (var (name, values) in fields)
        {
            if (!OfConnection.Contains(name) && !IsNamedBy(connection, name))
            {
                write(state, name, values);
            }
        }
    }

    /// <summary>Connection: NAME, OTHER makes those fields ones of the connection.</summary>
    private static bool IsNamedBy(string connection, string name)
    {
        if (!connection.Contains(name, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        foreach (var part in connection.AsSpan().Split(','))
        {
            if (connection.AsSpan(part).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
