using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tokens;

/// <summary>Issues tokens as the service "user" does, by a key of its own, or as it never would.</summary>
internal sealed class TestIssuer
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Whose keys a service takes when <see cref="Setting"/> is in its configuration.</summary>
    public static TestIssuer Default { get; } = new();

    public string Kid { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The public key as a set.</summary>
    public string Jwks => SetOf(this);

    /// <summary>Of the default issuer, for a service's configuration; in the environment it is LIBRARY_AUTH__JWKS.</summary>
    public static (string Name, string Value) Setting => ("Auth:Jwks", Default.Jwks);

    public static string Staff { get; } = Default.Token("u-staff", null, ["librarian"]);

    public static string Operator { get; } = Default.Token("u-operator", null, ["operator"]);

    public static string Admin { get; } = Default.Token("u-admin", null, ["admin"]);

    public static string SetOf(params IEnumerable<TestIssuer> issuers) => new JsonObject { ["keys"] = new JsonArray([.. issuers.Select(issuer => issuer.PublicKey())]) }.ToJsonString();

    /// <summary>The token of a reader, whose user has an id like his.</summary>
    public static string Reader(string readerId) => Default.Token($"u-{readerId}", readerId, ["reader"]);

    /// <summary>Good for any clock, unless a test changes what it says.</summary>
    public string Token(string userId, string? readerId, IEnumerable<string> roles, Action<JsonObject>? claims = null, Action<JsonObject>? header = null)
    {
        var head = new JsonObject { ["alg"] = "ES256", ["typ"] = "JWT", ["kid"] = Kid };
        var body = new JsonObject
        {
            ["iss"] = "library", ["aud"] = "library", ["sub"] = userId, ["jti"] = Guid.NewGuid().ToString("N"), ["iat"] = 946_684_800, ["exp"] = 7_258_118_400,
            ["roles"] = new JsonArray([.. roles.Select(role => JsonValue.Create(role))]),
        };
        if (readerId is not null)
        {
            body["reader"] = readerId;
        }

        header?.Invoke(head);
        claims?.Invoke(body);
        return Signed(head.ToJsonString(), body.ToJsonString());
    }

    /// <summary>Signs any text at all.</summary>
    public string Signed(string header, string claims)
    {
        var text = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{text}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    public JsonObject PublicKey()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC", ["crv"] = "P-256", ["use"] = "sig", ["alg"] = "ES256", ["kid"] = Kid, ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }
}
