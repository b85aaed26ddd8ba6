using System.Text;
using Microsoft.AspNetCore.Http;
using Sidecar.Http;

namespace Sidecar.Invocation;

/// <summary>Which app is meant and which of its methods: by header, else by user name and password, else by path.</summary>
public static class InvocationAddress
{
    private const string AppIdHeader = "dapr-app-id";
    private const string MethodMark = "/method/";

    /// <summary>Takes the header away: it is meant for this sidecar only. The app id is empty when the request names none.</summary>
    public static InvocationTarget Of(string path, IHeaderDictionary headers)
    {
        var named = headers[AppIdHeader].ToString();
        if (named.Length > 0)
        {
            headers.Remove(AppIdHeader);
            return new(named, MethodPath.Clean(path).TrimStart('/'));
        }

        var authorization = headers.Authorization.ToString();
        return authorization.StartsWith("Basic ", StringComparison.Ordinal) && FromCredentials(authorization["Basic ".Length..]) is { } appId
            ? new(appId, MethodPath.Clean(path).TrimStart('/'))
            : FromPath(path);
    }

    private static string? FromCredentials(string encoded)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length).Split(':');
        return pair.Length == 2 && pair[0].Equals(AppIdHeader, StringComparison.OrdinalIgnoreCase) ? pair[1] : null;
    }

    private static InvocationTarget FromPath(string path)
    {
        var from = AfterPrefix(path, "v1.0", "invoke");
        var mark = from <= 0 ? -1 : path.IndexOf(MethodMark, from, StringComparison.Ordinal);
        if (mark <= from)
        {
            return new("", "");
        }

        var appId = path[from..mark];
        var unescaped = appId;
        if (GoUrl.TryUnescape(ref unescaped) && unescaped.Length > 0)
        {
            appId = unescaped;
        }

        return new(appId, MethodPath.Clean(path[(mark + MethodMark.Length)..]));
    }

    /// <summary>The index behind the named segments and the slashes around them, -1 when the path begins differently.</summary>
    private static int AfterPrefix(string path, params ReadOnlySpan<string> segments)
    {
        var at = 0;
        foreach (var segment in segments)
        {
            at = SkipSlashes(path, at);
            if (string.CompareOrdinal(path, at, segment, 0, segment.Length) != 0 || at + segment.Length >= path.Length || path[at + segment.Length] != '/')
            {
                return -1;
            }

            at += segment.Length;
        }

        return SkipSlashes(path, at);
    }

    private static int SkipSlashes(string path, int at)
    {
        while (at < path.Length && path[at] == '/')
        {
            at++;
        }

        return at;
    }
}
