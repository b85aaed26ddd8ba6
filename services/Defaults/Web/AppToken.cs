using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Library.Defaults.Web;

/// <summary>Only the sidecar calls an app: it shows the token that both got in their environment.</summary>
internal sealed partial class AppToken
{
    private const string Header = "dapr-api-token";
    private readonly byte[]? _expected;

    public AppToken(IConfiguration configuration, ILogger<AppToken> log)
    {
        var token = configuration["APP_API_TOKEN"];
        _expected = string.IsNullOrEmpty(token) ? null : Digest(token);
        if (_expected is null)
        {
            WarnOfNoToken(log);
        }
    }

    public bool IsDemanded => _expected is not null;

    public Task Demand(HttpContext http, RequestDelegate next)
    {
        if (IsShownBy(http.Request) || http.GetEndpoint()?.Metadata.GetMetadata<OpenToAll>() is not null)
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    /// <summary>Digests have one length, so that the comparison tells nothing about the token's.</summary>
    public bool IsShownBy(HttpRequest request) =>
        _expected is not null && request.Headers[Header] is [{ } shown] && CryptographicOperations.FixedTimeEquals(Digest(shown), _expected);

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    [LoggerMessage(LogLevel.Warning, "APP_API_TOKEN is not set: whoever reaches this port is taken for the sidecar. Set it for the app and its sidecar alike.")]
    private static partial void WarnOfNoToken(ILogger log);
}

/// <summary>Answered to anybody: probes and scrapers hold no token.</summary>
public sealed class OpenToAll
{
    public static OpenToAll Mark { get; } = new();
}
