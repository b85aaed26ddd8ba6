namespace Sidecar.Hosting;

public enum FlagKind
{
    Text,

    /// <summary>May be given more than once, or as a list with commas.</summary>
    List,
    Bool,
    Whole,
    Port,
    Size,
    Duration,
    Address,
}

public enum FlagGroup
{
    App,
    Api,
    Resources,
    Health,
    Shutdown,
    Observability,
    Process,

    /// <summary>Daprd has it, here it changes nothing.</summary>
    WithoutEffect,
}

public sealed record FlagDefinition(string Name, FlagKind Kind, FlagGroup Group, string Default, string Help);

/// <summary>Every flag of daprd, and a few of our own.</summary>
public static class FlagsTable
{
    private static readonly FlagDefinition[] Flags =
    [
        new("app-id", FlagKind.Text, FlagGroup.App, "", "name of the app, without dots; needed"),
        new("app-port", FlagKind.Port, FlagGroup.App, "", "port that the app listens on"),
        new("app-protocol", FlagKind.Text, FlagGroup.App, "http", "http, https, grpc, grpcs or h2c"),
        new("app-channel-address", FlagKind.Text, FlagGroup.App, "127.0.0.1", "address that the app listens on"),
        new("app-max-concurrency", FlagKind.Whole, FlagGroup.App, "-1", "calls to the app at one time; -1 for any number"),
        new("app-binding-options-timeout", FlagKind.Duration, FlagGroup.App, "3s", "how long the app may take to say which bindings it wants"),
        new("disable-init-endpoints", FlagKind.List, FlagGroup.App, "", "config, subscribe: what the app is not asked at the start"),
        new("app-ssl", FlagKind.Bool, FlagGroup.App, "false", "old form of --app-protocol https or grpcs"),

        new("dapr-http-port", FlagKind.Port, FlagGroup.Api, "3500", "port of the HTTP API; 0 for a free one"),
        new("dapr-grpc-port", FlagKind.Port, FlagGroup.Api, "50001", "port of the gRPC API; 0 for a free one"),
        new("dapr-internal-grpc-port", FlagKind.Port, FlagGroup.Api, "", "port for other sidecars; a free one unless given"),
        new("dapr-public-port", FlagKind.Port, FlagGroup.Api, "", "port for health and metadata alone; none unless given"),
        new("dapr-listen-addresses", FlagKind.List, FlagGroup.Api, "127.0.0.1", "addresses of both APIs; daprd takes all, here it is loopback unless told"),
        new("dapr-internal-grpc-listen-address", FlagKind.Address, FlagGroup.Api, "127.0.0.1", "address for other sidecars"),
        new("dapr-public-listen-address", FlagKind.Address, FlagGroup.Api, "127.0.0.1", "address of the public port"),
        new("max-body-size", FlagKind.Size, FlagGroup.Api, "4Mi", "largest body: 512Ki, 4Mi, 16M, …; 0 for any"),
        new("read-buffer-size", FlagKind.Size, FlagGroup.Api, "4Ki", "largest head of a request"),
        new("dapr-http-max-request-size", FlagKind.Whole, FlagGroup.Api, "4", "old form of --max-body-size, in MB"),
        new("dapr-http-read-buffer-size", FlagKind.Whole, FlagGroup.Api, "4", "old form of --read-buffer-size, in KB"),
        new("unix-domain-socket", FlagKind.Text, FlagGroup.Api, "", "refused: this sidecar listens on ports"),

        new("resources-path", FlagKind.List, FlagGroup.Resources, "", "folder of components, subscriptions and resiliency; may be repeated"),
        new("components-path", FlagKind.Text, FlagGroup.Resources, "", "old form of --resources-path"),
        new("config", FlagKind.List, FlagGroup.Resources, "", "file of kind Configuration; may be repeated, a later one counts more"),
        new("require-safe-brokers", FlagKind.Bool, FlagGroup.Resources, "false", "refuse brokers whose settings lose messages (not in daprd)"),

        new("enable-app-health-check", FlagKind.Bool, FlagGroup.Health, "false", "ask the app regularly how it is"),
        new("app-health-check-path", FlagKind.Text, FlagGroup.Health, "/healthz", "where to ask, over HTTP"),
        new("app-health-probe-interval", FlagKind.Whole, FlagGroup.Health, "5", "seconds between two questions"),
        new("app-health-probe-timeout", FlagKind.Whole, FlagGroup.Health, "500", "milliseconds to wait for an answer"),
        new("app-health-threshold", FlagKind.Whole, FlagGroup.Health, "3", "failures in a row that make an app unhealthy"),

        new("dapr-graceful-shutdown-seconds", FlagKind.Whole, FlagGroup.Shutdown, "5", "how long running work may take to end"),
        new("dapr-block-shutdown-duration", FlagKind.Duration, FlagGroup.Shutdown, "0s", "how long to go on after a signal, unless the app is unhealthy before"),

        new("log-level", FlagKind.Text, FlagGroup.Observability, "info", "debug, info, warn, error or fatal"),
        new("log-as-json", FlagKind.Bool, FlagGroup.Observability, "false", "log lines are JSON"),
        new("log-file", FlagKind.Text, FlagGroup.Observability, "", "log to a file and not to the console"),
        new("enable-api-logging", FlagKind.Bool, FlagGroup.Observability, "", "log every call; otherwise the configuration decides"),
        new("enable-metrics", FlagKind.Bool, FlagGroup.Observability, "true", "serve metrics for Prometheus"),
        new("metrics-port", FlagKind.Port, FlagGroup.Observability, "9090", "port of the metrics; 0 for a free one"),
        new("metrics-listen-address", FlagKind.Address, FlagGroup.Observability, "127.0.0.1", "address of the metrics"),

        new("sidecars", FlagKind.Text, FlagGroup.Process, "", "host many sidecars: a JSON file [[\"--app-id\",\"a\",…],…]; flags beside it are for all (not in daprd)"),
        new("trace-viewer", FlagKind.Bool, FlagGroup.Process, "false", "stand in for Zipkin where spans are sent to this machine and nobody answers (not in daprd)"),
        new("mode", FlagKind.Text, FlagGroup.Process, "standalone", "standalone is the only one here"),
        new("help", FlagKind.Bool, FlagGroup.Process, "false", "this text"),
        new("version", FlagKind.Bool, FlagGroup.Process, "false", "the version of daprd whose answers these are"),
        new("build-info", FlagKind.Bool, FlagGroup.Process, "false", "the version, and what was built"),
        new("wait", FlagKind.Bool, FlagGroup.Process, "false", "wait until the sidecar at --dapr-http-port answers, then end"),

        Without("placement-host-address", FlagKind.Text, "actors need no placement service here"),
        Without("scheduler-host-address", FlagKind.List, "jobs and workflows need no scheduler here"),
        Without("scheduler-job-streams", FlagKind.Whole, "jobs and workflows need no scheduler here"),
        Without("actors-disseminate-timeout", FlagKind.Duration, "actors need no placement service here"),
        Without("actors-service", FlagKind.Text, "actors need no placement service here"),
        Without("reminders-service", FlagKind.Text, "jobs and workflows need no scheduler here"),
        Without("enable-mtls", FlagKind.Bool, "sidecars of one machine talk in the clear"),
        Without("sentry-address", FlagKind.Text, "sidecars of one machine talk in the clear"),
        Without("sentry-request-jwt-audiences", FlagKind.List, "sidecars of one machine talk in the clear"),
        Without("control-plane-address", FlagKind.Text, "there is no control plane"),
        Without("control-plane-trust-domain", FlagKind.Text, "there is no control plane"),
        Without("control-plane-namespace", FlagKind.Text, "there is no control plane"),
        Without("disable-builtin-k8s-secret-store", FlagKind.Bool, "there is no Kubernetes"),
        Without("enable-profiling", FlagKind.Bool, "dotnet-trace and dotnet-counters look into a running process"),
        Without("profile-port", FlagKind.Text, "dotnet-trace and dotnet-counters look into a running process"),
        Without("hot-reload-reconcile-interval", FlagKind.Duration, "resources are read once, at the start"),
        Without("allowed-origins", FlagKind.Text, "browsers are not let in from other origins"),
    ];

    private static readonly Dictionary<string, FlagDefinition> ByName = Flags.ToDictionary(flag => flag.Name);

    public static IReadOnlyList<FlagDefinition> All => Flags;

    public static FlagDefinition? Find(string name) => ByName.GetValueOrDefault(name);

    private static FlagDefinition Without(string name, FlagKind kind, string reason) => new(name, kind, FlagGroup.WithoutEffect, "", reason);
}
