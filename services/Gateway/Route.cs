using System.Buffers;

namespace Library.Gateway;

/// <summary>A public address and the service that answers it; the service knows it without /api.</summary>
internal sealed record Route(string Method, string Path, string App)
{
    private const int MaxValue = 200;
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~:@");

    public string PublicPath => "/api" + Path;

    /// <summary>None when a value is more than a plain name: no path can be smuggled in with an id.</summary>
    public string? PathFor(RouteValueDictionary values)
    {
        var segments = Path.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            if (segments[i] is ['{', .. var name, '}'])
            {
                if (values[name] is not string value || !IsPlain(value))
                {
                    return null;
                }

                segments[i] = value;
            }
        }

        return string.Join('/', segments);
    }

    public static bool IsPlain(string value) => value is not ("" or "." or "..") && value.Length <= MaxValue && !value.AsSpan().ContainsAnyExcept(Plain);
}
