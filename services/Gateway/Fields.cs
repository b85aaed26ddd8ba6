using System.Collections.Frozen;
using System.Net.Http.Headers;

namespace Library.Gateway;

/// <summary>
/// Which header fields pass. Of a client's only those that services have a use for: whatever means something to a sidecar
/// (tokens, app ids, CloudEvents, traces that others wrote) has no way in, also when it is invented tomorrow.
/// </summary>
internal static class Fields
{
    private static readonly FrozenSet<string> In = new[]
    {
        "accept", "accept-language", "authorization", "content-encoding", "content-language", "content-length", "content-type",
        "idempotency-key", "if-match", "if-none-match", "prefer", "user-agent",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> NotOut = new[]
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
        "date", "server", "traceparent", "tracestate", "grpc-trace-bin",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static void CopyIn(HttpRequest from, HttpRequestMessage to)
    {
        foreach (var (name, values) in from.Headers)
        {
            if (In.Contains(name) && !to.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                to.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        to.Headers.TryAddWithoutValidation("x-forwarded-for", from.HttpContext.Connection.RemoteIpAddress?.ToString());
        to.Headers.TryAddWithoutValidation("x-forwarded-proto", from.Scheme);
        to.Headers.TryAddWithoutValidation("x-forwarded-host", from.Host.Value);
    }

    public static void CopyOut(HttpResponseMessage from, HttpResponse to)
    {
        Copy(from.Headers, to);
        Copy(from.Content.Headers, to);
        to.Headers.XContentTypeOptions = "nosniff";
        if (to.Headers.CacheControl.Count == 0)
        {
            // Answers are about people; nobody between us and the client keeps them.
            to.Headers.CacheControl = "no-store";
        }

        if (to.Headers.Location is [{ } place] && place.StartsWith('/') && !place.StartsWith("//", StringComparison.Ordinal) && !place.StartsWith("/api/", StringComparison.Ordinal))
        {
            to.Headers.Location = "/api" + place;
        }
    }

    private static void Copy(HttpHeaders from, HttpResponse to)
    {
        foreach (var (name, values) in from.NonValidated)
        {
            if (!NotOut.Contains(name) && !name.StartsWith("dapr-", StringComparison.OrdinalIgnoreCase))
            {
                to.Headers[name] = values.ToArray();
            }
        }
    }
}
