using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chaos.Tests;

/// <summary>A process of its own that writes down each number it gets, and says yes when that is on disk.</summary>
internal static class SubscriberApp
{
    public const string Word = "subscriber";

    // So that every kill finds some messages half done.
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(200);

    private const string Subscriptions = """
        [
          {"pubsubname": "pubsub", "topic": "numbers", "route": "/numbers", "deadLetterTopic": "parked"},
          {"pubsubname": "pubsub", "topic": "parked", "route": "/parked"}
        ]
        """;

    public static string Received(string folder) => Path.Combine(folder, "received");

    public static string Parked(string folder) => Path.Combine(folder, "parked");

    public static async Task<int> RunAsync(int port, string folder)
    {
        await using var received = new Ledger(Received(folder));
        await using var parked = new Ledger(Parked(folder));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        app.MapGet("/dapr/subscribe", () => Results.Text(Subscriptions, "application/json"));
        app.MapPost("/numbers", request => WriteAsync(request, received));
        app.MapPost("/parked", request => WriteAsync(request, parked));
        await app.RunAsync();
        return 0;
    }

    private static async Task WriteAsync(HttpContext context, Ledger ledger)
    {
        using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        await Task.Delay(Work, TimeProvider.System, context.RequestAborted);
        ledger.Add(document.RootElement.GetProperty("data").GetProperty("number").GetInt32());
    }
}
