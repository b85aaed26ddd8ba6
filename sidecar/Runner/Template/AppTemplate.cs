namespace Runner.Template;

/// <summary>Where output goes.</summary>
[Flags]
internal enum Destination
{
    None,
    Console,
    File,
    FileAndConsole,
}

/// <summary>One app of the run file, with what it has in common with the others, all paths full and all ports known.</summary>
internal sealed record AppTemplate(string Id, string Folder)
{
    /// <summary>Program and arguments; empty for a sidecar alone.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>0 for an app that does not listen.</summary>
    public int Port { get; init; }

    public string Address { get; init; } = "127.0.0.1";

    public string Protocol { get; init; } = "http";

    public int HttpPort { get; init; }

    public int GrpcPort { get; init; }

    public int InternalGrpcPort { get; init; }

    public int MetricsPort { get; init; }

    public IReadOnlyList<string> ResourcesPaths { get; init; } = [];

    public string? ConfigPath { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Flags of daprd that the run file sets, --name=value.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Null when the run file does not ask for health checks: then any answer at the usual path will do.</summary>
    public string? HealthPath { get; init; }

    public Destination AppLog { get; init; }

    public Destination SidecarLog { get; init; }

    /// <summary>Every port with the key of the run file that sets it.</summary>
    public IEnumerable<(string Key, int Port)> Ports =>
        new[] { ("appPort", Port), ("daprHTTPPort", HttpPort), ("daprGRPCPort", GrpcPort), ("daprInternalGRPCPort", InternalGrpcPort), ("metricsPort", MetricsPort) }
            .Where(port => port.Item2 > 0);
}
