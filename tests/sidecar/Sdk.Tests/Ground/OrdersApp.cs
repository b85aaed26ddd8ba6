using Dapr;
using Dapr.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sdk.Tests.Ground;

/// <summary>An app as a user writes it.</summary>
internal sealed class OrdersApp : IAsyncDisposable
{
    public const string Plain = "plain";
    public const string Forwarded = "forwarded";
    public const string RawTopic = "raw";
    public const string Refused = "refused";
    public const string Parked = "parked";
    public const string Bulk = "bulk";
    public const string Ruled = "ruled";
    public const string Empty = "empty";
    private readonly WebApplication app;

    private OrdersApp(WebApplication app) => this.app = app;

    public static async Task<OrdersApp> StartAsync(int port, Inbox inbox)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddSingleton(inbox);
        builder.Services.AddControllers().AddApplicationPart(typeof(OrdersController).Assembly).AddDapr();
        var app = builder.Build();
        app.UseCloudEvents(new CloudEventsMiddlewareOptions { ForwardCloudEventPropertiesAsHeaders = true });
        app.MapSubscribeHandler();
        app.MapControllers();
        Subscribe(app, inbox);
        app.MapMethods("/echo", ["GET", "POST", "PUT", "DELETE"], async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            return Results.Json(new Echo(request.Method, request.QueryString.Value ?? "", await reader.ReadToEndAsync(), request.Headers.UserAgent.ToString(), request.Headers.TraceParent.ToString()));
        });
        app.MapPost("/orders", (Order order) => order with { Name = "taken" });
        app.MapPost("/refuse", () => Results.Json(new { reason = "no" }, statusCode: 409));
        app.MapGet("/garbage", () => Results.Text("{", "application/json"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new OrdersApp(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static void Subscribe(WebApplication app, Inbox inbox)
    {
        app.MapPost("/on/plain", request => Take(inbox, Plain, request)).WithTopic(Components.PubSub, Plain);
        app.MapPost("/on/raw", request => Take(inbox, RawTopic, request)).WithTopic(Components.PubSub, RawTopic, true);
        app.MapPost("/on/refused", context =>
        {
            context.Response.StatusCode = 422;
            return Task.CompletedTask;
        }).WithTopic(new TopicOptions { PubsubName = Components.PubSub, Name = Refused, DeadLetterTopic = Parked });
        app.MapPost("/on/empty", request => Take(inbox, Empty, request)).WithTopic(Components.PubSub, Empty, new Dictionary<string, string> { ["owner"] = "till" });
        app.MapPost("/on/parked", request => Take(inbox, Parked, request)).WithTopic(Components.PubSub, Parked);
        app.MapPost("/on/ruled", request => Take(inbox, Ruled, request)).WithTopic(Components.PubSub, Ruled);
        app.MapPost("/on/ruled/large", request => Take(inbox, Ruled + "/large", request))
            .WithTopic(new TopicOptions { PubsubName = Components.PubSub, Name = Ruled, Match = "event.data.orderId > 100", Priority = 1 });
        app.MapPost("/on/bulk", [Topic(Components.PubSub, Bulk)] [BulkSubscribe(Bulk, 10, 200)] (BulkSubscribeMessage<BulkMessageModel<Order>> message) =>
        {
            inbox.Add(Bulk, new Arrival(string.Join(',', message.Entries.Select(entry => entry.Event.Data.OrderId)), null, message.Metadata ?? []));
            return new BulkSubscribeAppResponse([.. message.Entries.Select(entry => new BulkSubscribeAppResponseEntry(entry.EntryId, BulkSubscribeAppResponseStatus.SUCCESS))]);
        });
    }

    private static async Task Take(Inbox inbox, string place, HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        inbox.Add(place, new Arrival(await reader.ReadToEndAsync(), context.Request.ContentType, headers));
    }
}

public sealed record Echo(string Method, string Query, string Body, string UserAgent, string TraceParent);
