using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Sidecar.Hosting;

namespace Sidecar.Testing.Services;

/// <summary>Another app that the service may invoke, with a sidecar of its own.</summary>
internal sealed class SimulatedApp(WebApplication app, SidecarHost sidecar) : IAsyncDisposable
{
    public static async Task<SimulatedApp> StartAsync(SidecarOptions options, ProcessParts parts, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{options.AppPort}");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        var sidecar = await SidecarHost.StartAsync(options, parts, [], CancellationToken.None);
        await sidecar.AppStarted;
        return new SimulatedApp(app, sidecar);
    }

    public async ValueTask DisposeAsync()
    {
        await sidecar.DisposeAsync();
        await app.DisposeAsync();
    }
}
