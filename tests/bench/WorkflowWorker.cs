using Dapr.Workflow;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bench;

/// <summary>A worker of workflows in a process of its own: five steps that only count, and one that waits.</summary>
public static class WorkflowWorker
{
    public const string Five = "Five";
    public const string Waits = "Waits";
    private const int Steps = 5;

    public static async Task RunAsync(int http, int grpc)
    {
        Environment.SetEnvironmentVariable("DAPR_GRPC_PORT", grpc.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls($"http://127.0.0.1:{http}");
        builder.Services.AddDaprWorkflow(options =>
        {
            options.RegisterActivity<int, int>("Step", (_, number) => Task.FromResult(number + 1));
            options.RegisterWorkflow<int, int>(Five, async (context, number) =>
            {
                for (var step = 0; step < Steps; step++)
                {
                    number = await context.CallActivityAsync<int>("Step", number);
                }

                return number;
            });
            options.RegisterWorkflow<int, int>(Waits, (context, _) => context.WaitForExternalEventAsync<int>("go"));
        });
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync("ready"));
        await app.RunAsync();
    }
}
