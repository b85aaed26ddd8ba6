using System.Collections.Concurrent;
using Sidecar.Components;
using Sidecar.Configuration;
using Sidecar.Invocation;
using Sidecar.Telemetry.Logging;

namespace Sidecar.Hosting;

/// <summary>What the sidecars of one process have in common.</summary>
public sealed class ProcessParts(LogOutput output, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, SqliteNameResolver> resolvers = new(StringComparer.Ordinal);

    public LogOutput Output => output;

    public TimeProvider Time => time;

    public LocalSidecars Sidecars { get; } = new();

    /// <summary>One for each file. Throws <see cref="ComponentException"/> when the configuration makes no sense.</summary>
    public SqliteNameResolver Resolver(NameResolutionConfiguration configuration, ILoggerFactory loggers)
    {
        var settings = configuration.Component switch
        {
            "" or "mdns" => NameResolutionSettings.Default(),
            "sqlite" => NameResolutionSettings.Of(new ComponentMetadata(configuration.Settings)),
            var other => throw new ComponentException($"nameResolution: component {other} is not here; sqlite is, and with none at all sidecars of one user find each other"),
        };
        return resolvers.GetOrAdd($"{settings.Uri} {settings.Table} {settings.IsChosen}", _ => new SqliteNameResolver(settings, time, loggers.CreateLogger<SqliteNameResolver>()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var resolver in resolvers.Values)
        {
            await resolver.DisposeAsync();
        }

        output.Dispose();
    }
}
