using System.Globalization;
using Dapr.Workflow;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chaos.Tests;

/// <summary>A process of its own that works on trips, and writes down each step that it did.</summary>
internal static class WorkerApp
{
    public const string Word = "worker";

    /// <summary>The steps that all workers did.</summary>
    public static List<int> Steps(string folder) => [.. Directory.EnumerateFiles(folder, "steps-*").SelectMany(Ledger.Read)];

    public static async Task<int> RunAsync(int grpc, string folder)
    {
        await using var ledger = new Ledger(Path.Combine(folder, FormattableString.Invariant($"steps-{grpc}")));
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["DAPR_GRPC_ENDPOINT"] = $"http://127.0.0.1:{grpc.ToString(CultureInfo.InvariantCulture)}";
        builder.Services.AddSingleton(ledger);
        builder.Services.AddDaprWorkflow(options =>
        {
            options.RegisterWorkflow<Trip>();
            options.RegisterWorkflow<Detour>();
            options.RegisterActivity<Travel>();
        });
        await builder.Build().RunAsync();
        return 0;
    }
}
