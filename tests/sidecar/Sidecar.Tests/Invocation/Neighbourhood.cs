using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Hosting;
using Sidecar.Invocation;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Invocation;

/// <summary>Where the app that is called has its sidecar, seen from the caller.</summary>
public enum Callee
{
    Self,
    SameProcess,
    OtherProcess,
}

/// <summary>Processes with sidecars, and one file through which they find each other.</summary>
internal sealed class Neighbourhood : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sidecars-");
    private readonly List<IAsyncDisposable> parts = [];
    private readonly Dictionary<string, (LocalSidecars Sidecars, SqliteNameResolver Resolver)> processes = [];

    public string File => Path.Combine(folder.FullName, "sidecars.db");

    public NameResolutionSettings Settings => new() { Uri = "file:" + File };

    public async Task<TestApp> AppAsync(RequestDelegate handler, HttpProtocols protocols = HttpProtocols.Http1) => Keep(await TestApp.StartAsync(handler, protocols));

    public async Task<TestSidecar> SidecarAsync(
        string appId,
        int? appPort = null,
        string process = "first",
        ResiliencyPolicies? policies = null,
        Func<SidecarOptions, SidecarOptions>? configure = null,
        IReadOnlyList<HttpEndpoint>? endpoints = null,
        Tracer? tracer = null)
    {
        if (!processes.TryGetValue(process, out var parts))
        {
            parts = processes[process] = (new LocalSidecars(), Keep(new SqliteNameResolver(Settings, TimeProvider.System, NullLogger<SqliteNameResolver>.Instance)));
        }

        return Keep(await TestSidecar.StartAsync(appId, appPort, parts.Sidecars, parts.Resolver, policies, configure, endpoints, tracer));
    }

    /// <summary>The sidecar that is called, and the path by which the app's methods are reached.</summary>
    public async Task<(TestSidecar Caller, string Path)> CallerAsync(
        Callee callee, RequestDelegate handler, Func<SidecarOptions, SidecarOptions>? configure = null, ResiliencyPolicies? policies = null)
    {
        var app = await AppAsync(handler);
        if (callee == Callee.Self)
        {
            return (await SidecarAsync("caller", app.Port, configure: configure, policies: policies), "/v1.0/invoke/caller/method/");
        }

        await SidecarAsync("callee", app.Port, callee == Callee.SameProcess ? "first" : "second", configure: configure);
        return (await SidecarAsync("caller", policies: policies), "/v1.0/invoke/callee/method/");
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            await parts[i].DisposeAsync();
        }

        folder.Delete(recursive: true);
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        parts.Add(part);
        return part;
    }
}
