using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tokens;

namespace Defaults.Tests.Auth;

/// <summary>What is shown in the place of a token, each made beside the issuer whose keys count.</summary>
internal static class HostileTokens
{
    public static IReadOnlyDictionary<string, Func<TestIssuer, string>> All { get; } = new Dictionary<string, Func<TestIssuer, string>>
    {
        { "no token", _ => "" },
        { "one part", _ => "a" },
        { "two parts", _ => "a.b" },
        { "four parts", issuer => $"{issuer.Token("u", null, [])}.x" },
        { "no signature", issuer => WithPart(issuer, 2, _ => "") },
        { "half a signature", issuer => WithPart(issuer, 2, part => part[..42]) },
        { "a signature of zeros", issuer => WithPart(issuer, 2, _ => Base64Url.EncodeToString(new byte[64])) },
        { "a signature in DER", issuer => WithPart(issuer, 2, _ => Base64Url.EncodeToString(new byte[71])) },
        { "padding", issuer => WithPart(issuer, 2, part => part + "==") },
        { "a blank", issuer => " " + issuer.Token("u", null, []) },
        { "a blank within", issuer => WithPart(issuer, 1, part => part.Insert(4, " ")) },
        { "a line break within", issuer => WithPart(issuer, 1, part => part.Insert(4, "\n")) },
        { "base64 that is not of URLs", issuer => WithPart(issuer, 2, part => "+/" + part[2..]) },
        { "bits that mean nothing", issuer => WithPart(issuer, 2, part => part[..^1] + Next(part[^1])) },
        { "a letter of another script", issuer => WithPart(issuer, 1, part => "é" + part[1..]) },
        { "no algorithm", issuer => issuer.Token("u", null, [], header: head => head.Remove("alg")) },
        { "alg none", issuer => Unsigned(issuer, "none") },
        { "alg None", issuer => Unsigned(issuer, "None") },
        { "alg HS256 with the public key", HmacWithThePublicKey },
        { "alg RS256", issuer => issuer.Token("u", null, [], header: head => head["alg"] = "RS256") },
        { "alg ES384", issuer => issuer.Token("u", null, [], header: head => head["alg"] = "ES384") },
        { "alg es256", issuer => issuer.Token("u", null, [], header: head => head["alg"] = "es256") },
        { "no kid", issuer => issuer.Token("u", null, [], header: head => head.Remove("kid")) },
        { "an empty kid", issuer => issuer.Token("u", null, [], header: head => head["kid"] = "") },
        { "a kid that is null", issuer => issuer.Token("u", null, [], header: head => head["kid"] = null) },
        { "a kid without end", issuer => issuer.Token("u", null, [], header: head => head["kid"] = new string('k', 200)) },
        { "a kid of nobody", issuer => issuer.Token("u", null, [], header: head => head["kid"] = "nobody's") },
        { "another type", issuer => issuer.Token("u", null, [], header: head => head["typ"] = "logout+jwt") },
        { "something that must be understood", issuer => issuer.Token("u", null, [], header: head => head["crit"] = new JsonArray("exp")) },
        { "a key of its own", OwnKey },
        { "another issuer's key", issuer => new TestIssuer().Token("u", null, [], header: head => head["kid"] = issuer.Kid) },
        { "other claims under the signature", issuer => WithPart(issuer, 1, _ => issuer.Token("admin", null, ["admin"]).Split('.')[1]) },
        { "another issuer", issuer => issuer.Token("u", null, [], body => body["iss"] = "somebody") },
        { "another audience", issuer => issuer.Token("u", null, [], body => body["aud"] = "somebody") },
        { "many audiences", issuer => issuer.Token("u", null, [], body => body["aud"] = new JsonArray("library")) },
        { "no user", issuer => issuer.Token("u", null, [], body => body.Remove("sub")) },
        { "an empty user", issuer => issuer.Token("", null, []) },
        { "no id", issuer => issuer.Token("u", null, [], body => body.Remove("jti")) },
        { "no end", issuer => issuer.Token("u", null, [], body => body.Remove("exp")) },
        { "an end that is a text", issuer => issuer.Token("u", null, [], body => body["exp"] = "7258118400") },
        { "an end that is null", issuer => issuer.Token("u", null, [], body => body["exp"] = null) },
        { "an end beyond all time", issuer => issuer.Token("u", null, [], body => body["exp"] = 1e30) },
        { "no beginning", issuer => issuer.Token("u", null, [], body => body.Remove("iat")) },
        { "a beginning before all time", issuer => issuer.Token("u", null, [], body => body["iat"] = -1) },
        { "an end before the beginning", issuer => issuer.Token("u", null, [], body => body["iat"] = 7_258_118_400) },
        { "no roles", issuer => issuer.Token("u", null, [], body => body.Remove("roles")) },
        { "roles as a text", issuer => issuer.Token("u", null, [], body => body["roles"] = "admin") },
        { "a role that is null", issuer => issuer.Token("u", null, [], body => body["roles"] = new JsonArray((JsonNode?)null)) },
        { "roles without end", issuer => issuer.Token("u", null, Enumerable.Repeat("reader", 17)) },
        { "a reader that is a number", issuer => issuer.Token("u", null, [], body => body["reader"] = 1) },
        { "two users", issuer => issuer.Signed(Head(issuer), Body(issuer).Insert(1, "\"sub\":\"first\",")) },
        { "two users in other letters", issuer => issuer.Signed(Head(issuer), Body(issuer).Insert(1, "\"s\\u0075b\":\"first\",")) },
        { "two algorithms", issuer => issuer.Signed(Head(issuer).Insert(1, "\"alg\":\"none\","), Body(issuer)) },
        { "more after the claims", issuer => issuer.Signed(Head(issuer), Body(issuer) + "{}") },
        { "a comment in the claims", issuer => issuer.Signed(Head(issuer), Body(issuer) + "/* */") },
        { "claims that are a list", issuer => issuer.Signed(Head(issuer), "[]") },
        { "claims that are null", issuer => issuer.Signed(Head(issuer), "null") },
        { "claims without end", issuer => issuer.Token(new string('u', 5000), null, []) },
        { "claims in a deep well", issuer => issuer.Token("u", null, [], body => body["deep"] = JsonNode.Parse(new string('[', 60) + new string(']', 60))) },
    };

    private static string Head(TestIssuer issuer) => $$"""{"alg":"ES256","kid":"{{issuer.Kid}}"}""";

    private static string Body(TestIssuer issuer) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(issuer.Token("u", null, []).Split('.')[1]));

    private static string WithPart(TestIssuer issuer, int part, Func<string, string> change)
    {
        var parts = issuer.Token("u", null, []).Split('.');
        parts[part] = change(parts[part]);
        return string.Join('.', parts);
    }

    /// <summary>Of the last of 86 letters only two bits count.</summary>
    private static char Next(char letter) => letter switch { 'A' => 'B', 'Q' => 'R', 'g' => 'h', _ => 'x' };

    private static string Unsigned(TestIssuer issuer, string algorithm) =>
        string.Join('.', issuer.Token("u", null, [], header: head => head["alg"] = algorithm).Split('.')[..2]) + ".";

    private static string HmacWithThePublicKey(TestIssuer issuer)
    {
        var text = string.Join('.', issuer.Token("u", null, [], header: head => head["alg"] = "HS256").Split('.')[..2]);
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(issuer.PublicKey().ToJsonString()), Encoding.ASCII.GetBytes(text)))}";
    }

    private static string OwnKey(TestIssuer issuer)
    {
        var own = new TestIssuer();
        return own.Token("u", null, [], header: head =>
        {
            head["kid"] = issuer.Kid;
            head["jwk"] = own.PublicKey();
        });
    }
}
