using Microsoft.AspNetCore.Http;

namespace Library.Defaults.Auth;

/// <summary>The session that a request belongs to. A handler may take it as a parameter, to end it.</summary>
public sealed record OpenSession(string Id, DateTimeOffset Expires)
{
    public static ValueTask<OpenSession?> BindAsync(HttpContext http) => ValueTask.FromResult(http.Features.Get<OpenSession>());
}
