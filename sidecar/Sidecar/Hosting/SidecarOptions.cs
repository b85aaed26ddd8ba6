using System.Net;

namespace Sidecar.Hosting;

/// <summary>What the flags of daprd say about one sidecar.</summary>
public sealed record SidecarOptions
{
    public required string AppId { get; init; }

    public string Namespace { get; init; } = "";

    public int? AppPort { get; init; }

    public string AppProtocol { get; init; } = "http";

    public string AppChannelAddress { get; init; } = "127.0.0.1";

    /// <summary>Calls to the app at one time; -1 for any number.</summary>
    public int AppMaxConcurrency { get; init; } = -1;

    public IReadOnlyList<IPAddress> ListenAddresses { get; init; } = [IPAddress.Loopback];

    public int HttpPort { get; init; } = 3500;

    public int GrpcPort { get; init; } = 50001;

    /// <summary>For other sidecars; null for a free one.</summary>
    public int? InternalGrpcPort { get; init; }

    public IPAddress InternalGrpcListenAddress { get; init; } = IPAddress.Loopback;

    public int? PublicPort { get; init; }

    public IPAddress PublicListenAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Where other sidecars find this one; null for the address of this machine.</summary>
    public string? HostAddress { get; init; }

    public bool EnableMetrics { get; init; } = true;

    public int MetricsPort { get; init; } = 9090;

    public IPAddress MetricsListenAddress { get; init; } = IPAddress.Loopback;

    public IReadOnlyList<string> ResourcesPaths { get; init; } = [];

    public IReadOnlyList<string> ConfigPaths { get; init; } = [];

    public int MaxBodySize { get; init; } = 4 * 1024 * 1024;

    public int ReadBufferSize { get; init; } = 4 * 1024;

    public AppHealthOptions? AppHealth { get; init; }

    public TimeSpan GracefulShutdown { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan BlockShutdown { get; init; }

    /// <summary>"config" and "subscribe": calls to the app that are left out at start.</summary>
    public IReadOnlyList<string> DisabledInitEndpoints { get; init; } = [];

    public TimeSpan AppBindingOptionsTimeout { get; init; } = TimeSpan.FromSeconds(3);

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public bool LogAsJson { get; init; }

    /// <summary>Null when the configuration decides.</summary>
    public bool? EnableApiLogging { get; init; }

    /// <summary>Null for the console.</summary>
    public string? LogFile { get; init; }

    /// <summary>Brokers whose settings lose messages keep this sidecar from starting.</summary>
    public bool RequireSafeBrokers { get; init; }

    /// <summary>What an app must show to this sidecar; null when anybody on this machine may call.</summary>
    public string? ApiToken { get; init; }

    /// <summary>What this sidecar shows to its app.</summary>
    public string? AppToken { get; init; }
}

/// <summary>Probes of the app, when they are asked for.</summary>
public sealed record AppHealthOptions
{
    public string Path { get; init; } = "/healthz";

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(500);

    public int Threshold { get; init; } = 3;
}
