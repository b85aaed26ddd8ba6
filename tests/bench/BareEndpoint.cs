using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bench;

/// <summary>
/// The bench in its second role: a bare Kestrel endpoint to compare with, and the app behind the sidecars. Answers every path with
/// the same few bytes; a subscriber's route counts and times what it gets.
/// </summary>
public static class BareEndpoint
{
    private static readonly byte[] Body = "{\"a\":1,\"b\":\"two\"}"u8.ToArray();

    public static async Task RunAsync(int port, string? subscriptions)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        await using var app = builder.Build();
        var deliveries = new Deliveries();
        app.Run(context => context.Request.Path.Value switch
        {
            "/dapr/subscribe" when subscriptions is not null => context.Response.WriteAsync(subscriptions),
            "/dapr/config" or "/dapr/subscribe" => NotFound(context),
            "/delivered" => deliveries.TakeAsync(context),
            "/deliveries" => deliveries.TellAsync(context),
            _ => AnswerAsync(context),
        });
        await app.RunAsync();
    }

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Body.Length;
        return context.Response.BodyWriter.WriteAsync(Body).AsTask();
    }
}
