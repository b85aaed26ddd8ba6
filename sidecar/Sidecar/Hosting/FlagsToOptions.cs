namespace Sidecar.Hosting;

/// <summary>Makes options of flags and environment, and says everything that is wrong with them.</summary>
internal static class FlagsToOptions
{
    private const int Megabyte = 1 << 20;
    private const int Kilobyte = 1 << 10;

    /// <summary>One of many gets free ports where it names none, since the usual ones can be had only once.</summary>
    public static SidecarOptions Of(FlagsValues values, Func<string, string?> environment, bool isOneOfMany)
    {
        NoteWithoutEffect(values);
        var defaults = new SidecarOptions { AppId = AppId(values) };
        return defaults with
        {
            Namespace = environment("NAMESPACE") ?? "",
            AppPort = values.Port("app-port") is { } appPort and > 0 ? appPort : null,
            AppProtocol = AppProtocol(values),
            AppChannelAddress = values.Text("app-channel-address", defaults.AppChannelAddress),
            AppMaxConcurrency = values.Whole("app-max-concurrency") is { } most and > 0 ? most : -1,
            AppBindingOptionsTimeout = values.Duration("app-binding-options-timeout") is { } wait && wait > TimeSpan.Zero ? wait : defaults.AppBindingOptionsTimeout,
            DisabledInitEndpoints = DisabledInitEndpoints(values),
            ListenAddresses = values.Addresses("dapr-listen-addresses") is { Count: > 0 } addresses ? addresses : defaults.ListenAddresses,
            HttpPort = values.Port("dapr-http-port") ?? (isOneOfMany ? 0 : defaults.HttpPort),
            GrpcPort = values.Port("dapr-grpc-port") ?? (isOneOfMany ? 0 : defaults.GrpcPort),
            InternalGrpcPort = values.Port("dapr-internal-grpc-port") is { } port and > 0 ? port : null,
            InternalGrpcListenAddress = values.Address("dapr-internal-grpc-listen-address") ?? defaults.InternalGrpcListenAddress,
            PublicPort = values.Port("dapr-public-port"),
            PublicListenAddress = values.Address("dapr-public-listen-address") ?? defaults.PublicListenAddress,
            HostAddress = environment("DAPR_HOST_IP") is { Length: > 0 } host ? host : null,
            EnableMetrics = values.Bool("enable-metrics") ?? defaults.EnableMetrics,
            MetricsPort = values.Port("metrics-port") ?? (isOneOfMany ? 0 : defaults.MetricsPort),
            MetricsListenAddress = values.Address("metrics-listen-address") ?? defaults.MetricsListenAddress,
            ResourcesPaths = values.List("resources-path") is { Count: > 0 } paths ? paths : values.List("components-path"),
            ConfigPaths = values.List("config"),
            RequireSafeBrokers = values.IsSet("require-safe-brokers"),
            MaxBodySize = Size(values, "max-body-size", "dapr-http-max-request-size", Megabyte, defaults.MaxBodySize, int.MaxValue),
            ReadBufferSize = Size(values, "read-buffer-size", "dapr-http-read-buffer-size", Kilobyte, defaults.ReadBufferSize, Megabyte),
            AppHealth = AppHealth(values),
            GracefulShutdown = values.Whole("dapr-graceful-shutdown-seconds") is { } seconds and >= 0 ? TimeSpan.FromSeconds(seconds) : defaults.GracefulShutdown,
            BlockShutdown = values.Duration("dapr-block-shutdown-duration") ?? defaults.BlockShutdown,
            LogLevel = Level(values),
            LogAsJson = values.IsSet("log-as-json"),
            LogFile = values.Last("log-file") is { Length: > 0 } file ? file : null,
            EnableApiLogging = values.Bool("enable-api-logging"),
            ApiToken = environment("DAPR_API_TOKEN") is { Length: > 0 } apiToken ? apiToken : null,
            AppToken = environment("APP_API_TOKEN") is { Length: > 0 } appToken ? appToken : null,
        };
    }

    private static void NoteWithoutEffect(FlagsValues values)
    {
        foreach (var name in values.Names)
        {
            if (FlagsTable.Find(name) is { Group: FlagGroup.WithoutEffect } flag)
            {
                values.Note($"--{name} has no effect here: {flag.Help}");
            }
        }

        foreach (var (old, now) in (ReadOnlySpan<(string, string)>)[
            ("components-path", "--resources-path"),
            ("app-ssl", "--app-protocol https or grpcs"),
            ("dapr-http-max-request-size", "--max-body-size"),
            ("dapr-http-read-buffer-size", "--read-buffer-size")])
        {
            if (values.Has(old))
            {
                values.Note($"--{old} is an old flag; use {now}");
            }
        }

        if (values.Text("mode", "standalone") is not "standalone" and var mode)
        {
            values.Problem($"--mode {mode} cannot be had here; on Kubernetes use daprd");
        }

        if (values.Text("unix-domain-socket", "").Length > 0)
        {
            values.Problem("--unix-domain-socket cannot be had here; this sidecar listens on ports");
        }
    }

    private static string AppId(FlagsValues values)
    {
        var appId = values.Text("app-id", "");
        if (appId.Length == 0 && !values.IsSet("wait"))
        {
            values.Problem("--app-id is needed: parameter app-id cannot be empty");
        }

        if (appId.Contains('.'))
        {
            values.Problem($"--app-id is \"{appId}\": parameter app-id cannot contain dots");
        }

        return appId;
    }

    private static string AppProtocol(FlagsValues values)
    {
        var protocol = values.Text("app-protocol", "").ToLowerInvariant();
        switch (protocol)
        {
            case "" or "http":
                return values.IsSet("app-ssl") ? "https" : "http";
            case "grpc":
                return values.IsSet("app-ssl") ? "grpcs" : "grpc";
            case "https" or "grpcs" or "h2c":
                return protocol;
            default:
                values.Problem($"invalid value for 'app-protocol': {values.Last("app-protocol")}; it should be http, https, grpc, grpcs or h2c");
                return "http";
        }
    }

    private static List<string> DisabledInitEndpoints(FlagsValues values)
    {
        var endpoints = values.List("disable-init-endpoints").Select(name => name.Trim().ToLowerInvariant()).Where(name => name.Length > 0).ToList();
        foreach (var other in endpoints.Where(name => name is not ("config" or "subscribe")))
        {
            values.Problem($"invalid value for 'disable-init-endpoints': {other}; it should be config or subscribe");
        }

        return endpoints;
    }

    /// <summary>-1 is the default, zero and less stand for as much as there can be.</summary>
    private static int Size(FlagsValues values, string name, string oldName, int oldUnit, int fallback, int most)
    {
        var size = values.Has(name) ? values.Size(name) : (long?)values.Whole(oldName) * (values.Whole(oldName) > 0 ? oldUnit : 1);
        return size switch
        {
            null or -1 => fallback,
            <= 0 => most,
            > int.MaxValue => int.MaxValue,
            _ => (int)size,
        };
    }

    private static AppHealthOptions? AppHealth(FlagsValues values)
    {
        var defaults = new AppHealthOptions();
        var health = new AppHealthOptions
        {
            Path = values.Text("app-health-check-path", defaults.Path),
            Interval = values.Whole("app-health-probe-interval") is { } interval and > 0 ? TimeSpan.FromSeconds(interval) : defaults.Interval,
            Timeout = values.Whole("app-health-probe-timeout") is { } timeout and > 0 ? TimeSpan.FromMilliseconds(timeout) : defaults.Timeout,
            Threshold = values.Whole("app-health-threshold") is { } threshold and >= 1 and < int.MaxValue ? threshold : defaults.Threshold,
        };
        if (health.Timeout > health.Interval)
        {
            values.Problem("value for 'health-probe-timeout' must be smaller than 'health-probe-interval'");
        }

        return values.IsSet("enable-app-health-check") ? health : null;
    }

    private static LogLevel Level(FlagsValues values)
    {
        switch (values.Text("log-level", "info").ToLowerInvariant())
        {
            case "debug":
                return LogLevel.Debug;
            case "info":
                return LogLevel.Information;
            case "warn":
                return LogLevel.Warning;
            case "error":
                return LogLevel.Error;
            case "fatal":
                return LogLevel.Critical;
            default:
                values.Problem($"invalid value for --log-level: {values.Last("log-level")}; it should be debug, info, warn, error or fatal");
                return LogLevel.Information;
        }
    }
}
