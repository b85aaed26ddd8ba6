using System.Security.Cryptography;
using System.Text;
using Library.Defaults.Auth;
using Library.Defaults.Stores;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Library.Defaults.Idempotency;

/// <summary>What the first request under a key did, written in the transaction of its effect.</summary>
internal sealed record IdempotencyRecord(string Fingerprint, DateTimeOffset At, Answer Answer)
{
    /// <summary>From then on the key is free again; the store may forget the record a day later.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public int Schema { get; init; } = 1;

    /// <summary>One caller's key on one route concerns nobody else.</summary>
    public static string KeyOf(HttpContext http, string key)
    {
        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        return $"idempotency|{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Caller.Of(http)?.UserId}\n{http.Request.Method} {route}\n{key}")))}";
    }
}
