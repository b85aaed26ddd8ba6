using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Users.Tests;

/// <summary>A small identity provider: describes itself, tells its keys, and signs whatever a test wants.</summary>
internal sealed class Issuer : IAsyncDisposable
{
    public const string Client = "library-at-the-lake";
    private readonly WebApplication _app;
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int _asked;

    private Issuer(WebApplication app) => _app = app;

    public string Name => _app.Urls.Single();

    /// <summary>How often its keys were asked for.</summary>
    public int Asked => _asked;

    public bool IsAway { get; set; }

    /// <summary>The ids of its keys: one that it does not tell is unknown.</summary>
    public List<string> Told { get; } = ["r1", "e1"];

    public static async Task<Issuer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var issuer = new Issuer(app);
        app.MapGet("/.well-known/openid-configuration", () => new { issuer = issuer.Name, jwks_uri = $"{issuer.Name}/keys" });
        app.MapGet("/keys", () => issuer.Keys());
        await app.StartAsync();
        return issuer;
    }

    public string Token(string subject = "42", string algorithm = "RS256", string? kid = null, Action<JsonObject>? claims = null, string client = Client)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var body = new JsonObject { ["iss"] = Name, ["sub"] = subject, ["aud"] = client, ["iat"] = now, ["exp"] = now + 300 };
        claims?.Invoke(body);
        var head = new JsonObject { ["alg"] = algorithm, ["kid"] = kid ?? (algorithm == "ES256" ? "e1" : "r1") };
        var signed = Encoding.ASCII.GetBytes($"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(head.ToJsonString()))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(body.ToJsonString()))}");
        var signature = algorithm switch
        {
            "RS256" => _rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "ES256" => _curve.SignData(signed, HashAlgorithmName.SHA256),

            // As if the public key were the secret of both.
            "HS256" => HMACSHA256.HashData(_rsa.ExportSubjectPublicKeyInfo(), signed),
            _ => [],
        };
        return $"{Encoding.ASCII.GetString(signed)}.{Base64Url.EncodeToString(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
        _curve.Dispose();
    }

    private IResult Keys()
    {
        Interlocked.Increment(ref _asked);
        if (IsAway)
        {
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        var (rsa, curve) = (_rsa.ExportParameters(false), _curve.ExportParameters(false).Q);
        return Results.Json(new
        {
            keys = Told.Select(kid => kid[0] == 'r'
                ? (object)new { kty = "RSA", kid, use = "sig", alg = "RS256", n = Base64Url.EncodeToString(rsa.Modulus), e = Base64Url.EncodeToString(rsa.Exponent) }
                : new { kty = "EC", crv = "P-256", kid, x = Base64Url.EncodeToString(curve.X), y = Base64Url.EncodeToString(curve.Y) }),
        });
    }
}
