using Library.Defaults.Auth;
using Library.Defaults.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tokens;

namespace Bench;

/// <summary>What the check of a token costs a service: the same route open to anyone, for whoever is signed in, and with a new token each time.</summary>
public static class TokenSection
{
    private const int Tokens = 5000;

    public static async Task RunAsync(Pace pace)
    {
        Table.Title("The check of a token, against the same route without one");
        var (remembering, forgetting) = (Sidecars.FreePort(), Sidecars.FreePort());
        await using var first = await Child.StartAsync(Environment.ProcessPath!, ["--tokens", $"{remembering}", TestIssuer.Default.Jwks, "10000"], At(remembering));
        await using var second = await Child.StartAsync(Environment.ProcessPath!, ["--tokens", $"{forgetting}", TestIssuer.Default.Jwks, "0"], At(forgetting));
        var tokens = Enumerable.Range(0, Tokens).Select(n => TestIssuer.Default.Token($"u{n}", $"r{n}", ["reader"])).ToArray();
        string Signed(int n) => HttpLoad.Request("GET", "/signed-in", headers: $"Authorization: Bearer {tokens[n % Tokens]}\r\n");

        var open = pace.Http(remembering, _ => HttpLoad.Request("GET", "/open"), 200);
        Table.Row("open to anyone", open);
        Table.Row("a token that is remembered", pace.Http(remembering, Signed, 200), open);
        Table.Row("a token that is proved each time", pace.Http(forgetting, Signed, 200), open);
        Table.Row("a token with another's signature", pace.Http(forgetting, n => HttpLoad.Request("GET", "/signed-in", headers: $"Authorization: Bearer {Forged(tokens, n)}\r\n"), 401), open);
        Table.Fact($"memory with {Tokens} remembered, with none", $"{first.ResidentMegabytes}, {second.ResidentMegabytes} MB");
    }

    /// <summary>In a process of its own: a service of two routes, without a sidecar.</summary>
    public static async Task ServeAsync(string port, string jwks, string remembered)
    {
        var builder = WebApplication.CreateBuilder([$"--urls=http://127.0.0.1:{port}", $"--Auth:Jwks={jwks}", $"--Auth:MostRemembered={remembered}"]);
        builder.Logging.ClearProviders();
        builder.AddWeb("tokens");
        builder.Services.AddDaprClient();
        await using var app = builder.Build();
        app.MapWeb();
        app.MapGet("/open", () => "well").OpenToAnyone();
        app.MapGet("/signed-in", (Caller caller) => "well").ForSignedIn();
        await app.RunAsync();
    }

    private static string Forged(string[] tokens, int n) => $"{tokens[n % Tokens][..^86]}{tokens[(n + 1) % Tokens][^86..]}";

    private static Uri At(int port) => new($"http://127.0.0.1:{port}/open");
}
