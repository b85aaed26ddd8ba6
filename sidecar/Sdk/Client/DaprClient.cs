using System.Net.Http.Headers;
using System.Reflection;
using System.Text.Json;

namespace Dapr.Client;

/// <summary>An app's client of its sidecar. Made once and shared by all threads.</summary>
public abstract partial class DaprClient : IDisposable
{
    private static readonly string Version = typeof(DaprClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>How values become JSON.</summary>
    public abstract JsonSerializerOptions JsonSerializerOptions { get; }

    /// <summary>Ends the client and its connections.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what a derived client holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>The SDK's name and version, as it tells the sidecar.</summary>
    protected static ProductInfoHeaderValue UserAgent() => new("dapr-sdk-dotnet", $"v{Version}");
}
