using System.Text.Json.Serialization;
using Dapr;
using Dapr.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Sdk.Tests.Samples;

/// <summary>A subscriber and callee as a first web app writes them.</summary>
internal static class WebSample
{
    public static WebApplication Create(string[] args, Action<int> processed)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();
        builder.Services.AddDaprClient();

        var app = builder.Build();

        // Dapr will send serialized event object vs. being raw CloudEvent
        app.UseCloudEvents();

        // needed for Dapr pub/sub routing
        app.MapSubscribeHandler();

        // Dapr subscription in [Topic] routes orders topic to this route
        app.MapPost("/orders", [Topic("pubsub", "orders")] (SampleOrder order) =>
        {
            processed(order.OrderId);
            return Results.Ok(order);
        });

        app.MapPost("/deadletters", [Topic("pubsub", "sample-dead-letters")] (SampleOrder order) => Results.Ok());
        app.MapPost("/weighed", (SampleOrder order) => Results.Ok())
            .WithTopic(new TopicOptions { PubsubName = "pubsub", Name = "weighed", DeadLetterTopic = "sample-dead-letters", Match = "event.type == 'heavy'", Priority = 1 });

        app.MapPost("/checkout", async ([FromBody] SampleOrder order, DaprClient client) =>
        {
            await client.PublishEventAsync("pubsub", "orders", order);
            await client.SaveStateAsync("statestore", $"checkout-{order.OrderId}", order);
            return order;
        });
        return app;
    }

    public sealed record SampleOrder([property: JsonPropertyName("orderId")] int OrderId);
}
