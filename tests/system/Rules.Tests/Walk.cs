using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Library.Defaults.Auth;
using Tokens;

namespace Rules.Tests;

/// <summary>Goes every route that a service describes, as everybody, and says where it was let in or kept out against what is described.</summary>
internal static partial class Walk
{
    private const string Reader = "walked-reader";
    private static readonly string[] OfTheGuard = ["not-authenticated", "token-invalid", "token-expired", "session-ended", "not-allowed", "not-yours", "only-services", "only-sidecar"];

    private static readonly IReadOnlyList<Walker> Everybody =
    [
        new("nobody", [], null),
        new("a reader", ["signed-in", "reader"], SignedIn(Reader, "reader")) { IsOwner = true },
        new("another reader", ["signed-in", "reader"], SignedIn("another", "reader")),
        new("a door", ["signed-in", "door"], SignedIn(null, "door")),
        new("a librarian", ["signed-in", "librarian"], SignedIn(null, "librarian")),
        new("an operator", ["signed-in", "operator"], SignedIn(null, "operator")),
        new("an admin", ["signed-in", "admin"], SignedIn(null, "admin")),
        new("somebody without roles", ["signed-in"], SignedIn(null)),
        new("a forger", [], () => new TestIssuer().Token("forger", null, ["admin", "reader"])),
        new("the coordinator", ["services", "service:coordinator"], null) { App = "coordinator" },
        new("the gateway", [], null) { App = "gateway" },
    ];

    /// <summary>What is wrong; nothing when everybody was let in and kept out as described.</summary>
    public static async Task<IReadOnlyList<string>> All(HttpClient service, CancellationToken cancellation)
    {
        var wrong = new List<string>();
        await foreach (var route in Routes(service, cancellation))
        {
            if (route.Roles.Count == 0)
            {
                wrong.Add($"{route}: nothing is said of who may");
                continue;
            }

            foreach (var walker in Everybody)
            {
                var (isIn, answer) = await Try(service, route, walker, cancellation);
                if (isIn != walker.MayGo(route))
                {
                    wrong.Add($"{route}: {walker.Name} was {(isIn ? "let in" : "kept out")} ({answer}), although it is for {string.Join(", ", route.Roles)}");
                }
            }
        }

        return wrong;
    }

    public static async IAsyncEnumerable<DescribedRoute> Routes(HttpClient service, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var document = JsonElement.Parse(await service.GetStringAsync(new Uri("/openapi.json", UriKind.Relative), cancellation));
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var roles = operation.Value.TryGetProperty("x-roles", out var told) ? told.EnumerateArray().Select(role => role.GetString()!).ToArray() : [];
                yield return new DescribedRoute(operation.Name.ToUpperInvariant(), path.Name, roles, operation.Value.TryGetProperty("x-own", out var own) ? own.GetString() : null);
            }
        }
    }

    private static async Task<(bool IsIn, string Answer)> Try(HttpClient service, DescribedRoute route, Walker walker, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), new Uri(Parameter().Replace(route.Path, Reader), UriKind.Relative));
        request.Content = route.Method is "GET" or "DELETE" ? null : new StringContent("{}", Encoding.UTF8, "application/json");
        request.Headers.Authorization = walker.Token is null ? null : new AuthenticationHeaderValue("Bearer", walker.Token());
        if (walker.App is not null)
        {
            request.Headers.Add("dapr-caller-app-id", walker.App);
        }

        using var answer = await service.SendAsync(request, cancellation);
        var body = await answer.Content.ReadAsStringAsync(cancellation);
        var problem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? JsonElement.Parse(body).GetProperty("type").GetString()! : "";
        var isKeptOut = OfTheGuard.Contains(problem) && (int)answer.StatusCode is 401 or 403 && ((int)answer.StatusCode != 401 || answer.Headers.WwwAuthenticate.Count > 0);
        return (!isKeptOut, $"{(int)answer.StatusCode} {problem}");
    }

    /// <summary>In a new session each time: some routes end the one that they are asked in.</summary>
    private static Func<string> SignedIn(string? readerId, params string[] roles) => () => TestIssuer.Default.Token(readerId ?? "walker", readerId, roles);

    [GeneratedRegex(@"\{\w+\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();
}

internal sealed record DescribedRoute(string Method, string Path, IReadOnlyList<string> Roles, string? Own)
{
    public override string ToString() => $"{Method} {Path}";
}

internal sealed record Walker(string Name, IReadOnlyList<string> Words, Func<string>? Token)
{
    /// <summary>Of whatever is named in the addresses.</summary>
    public bool IsOwner { get; init; }

    public string? App { get; init; }

    public bool MayGo(DescribedRoute route) =>
        route.Roles.Contains("anyone") || (route.Roles.Any(Words.Contains) && (route.Own is null || IsOwner || Words.Any(Roles.Staff.Contains)));
}
