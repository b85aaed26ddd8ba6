using Sidecar.Components;

namespace Runner.Template;

/// <summary>What an app may say for itself or leave to common. Null is unsaid.</summary>
internal sealed record Shared
{
    private const string UsualHealthPath = "/healthz";

    /// <summary>Keys of the run file that are handed to the sidecar as they are.</summary>
    private static readonly (string Key, string Flag)[] FlagKeys =
    [
        ("appProtocol", "app-protocol"),
        ("appSSL", "app-ssl"),
        ("appMaxConcurrency", "app-max-concurrency"),
        ("unixDomainSocket", "unix-domain-socket"),
        ("maxBodySize", "max-body-size"),
        ("readBufferSize", "read-buffer-size"),
        ("enableAppHealthCheck", "enable-app-health-check"),
        ("appHealthCheckPath", "app-health-check-path"),
        ("appHealthProbeInterval", "app-health-probe-interval"),
        ("appHealthProbeTimeout", "app-health-probe-timeout"),
        ("appHealthThreshold", "app-health-threshold"),
        ("apiListenAddresses", "dapr-listen-addresses"),
        ("enableApiLogging", "enable-api-logging"),
        ("logLevel", "log-level"),
    ];

    public static Shared None { get; } = new();

    private IReadOnlyList<string>? Resources { get; init; }

    private string? Config { get; init; }

    /// <summary>Values of <see cref="FlagKeys"/> by their flag.</summary>
    private IReadOnlyDictionary<string, string> Flags { get; init; } = new Dictionary<string, string>();

    private IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    private Destination? AppLog { get; init; }

    private Destination? SidecarLog { get; init; }

    /// <summary>Relative paths are meant from <paramref name="folder"/>.</summary>
    public static Shared Of(YamlMap map, string folder)
    {
        var flags = new Dictionary<string, string>();
        foreach (var (key, flag) in FlagKeys)
        {
            if (map.Text(key) is { Length: > 0 } value)
            {
                flags[flag] = value;
            }
        }

        var environment = new Dictionary<string, string>();
        if (map.Map("env") is { } variables)
        {
            foreach (var (name, _) in variables.Entries)
            {
                environment[name] = variables.Text(name, "");
            }
        }

        return new Shared
        {
            Resources = Paths(map, folder),
            Config = map.Text("configFilePath") is { Length: > 0 } config ? Existing(map, "configFilePath", Path.GetFullPath(Path.Combine(folder, config)), File.Exists) : null,
            Flags = flags,
            Environment = environment,
            AppLog = Destined(map, "appLogDestination"),
            SidecarLog = Destined(map, "daprdLogDestination"),
        };
    }

    public Shared Over(Shared common) => new()
    {
        Resources = Resources,
        Config = Config,
        Flags = Merged(common.Flags, Flags),
        Environment = Merged(common.Environment, Environment),
        AppLog = AppLog ?? common.AppLog,
        SidecarLog = SidecarLog ?? common.SidecarLog,
        Behind = common,
    };

    private Shared? Behind { get; init; }

    public AppTemplate ApplyTo(AppTemplate app) => app with
    {
        ResourcesPaths = Resources
            ?? Folder(Path.Combine(app.Folder, ".dapr", "resources"))
            ?? Behind?.Resources
            ?? Folder(Path.Combine(Home, "components"))
            ?? [],
        ConfigPath = Config
            ?? Present(Path.Combine(app.Folder, ".dapr", "config.yaml"))
            ?? Behind?.Config
            ?? Present(Path.Combine(Home, "config.yaml")),
        Environment = Environment,
        Protocol = Flags.GetValueOrDefault("app-protocol", "http"),
        Flags = [.. Flags.Select(flag => $"--{flag.Key}={flag.Value}")],
        HealthPath = Flags.GetValueOrDefault("enable-app-health-check") == "true" ? Flags.GetValueOrDefault("app-health-check-path", UsualHealthPath) : null,
        AppLog = AppLog ?? Destination.FileAndConsole,
        SidecarLog = SidecarLog ?? Destination.File,
    };

    private static string Home => Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".dapr");

    private static IReadOnlyList<string>? Folder(string path) => Directory.Exists(path) ? [path] : null;

    private static string? Present(string path) => File.Exists(path) ? path : null;

    /// <summary>resourcesPath is the old form of resourcesPaths.</summary>
    private static IReadOnlyList<string>? Paths(YamlMap map, string folder)
    {
        var paths = map.Texts("resourcesPaths");
        if (paths.Count == 0 && map.Text("resourcesPath") is { Length: > 0 } one)
        {
            paths = [one];
        }

        return paths.Count == 0 ? null : [.. paths.Select(path => Existing(map, "resourcesPaths", Path.GetFullPath(Path.Combine(folder, path)), Directory.Exists))];
    }

    private static string Existing(YamlMap map, string key, string path, Func<string, bool> exists)
    {
        if (!exists(path))
        {
            map.Problem($"{key}: {path} does not exist", key);
        }

        return path;
    }

    private static Destination? Destined(YamlMap map, string key)
    {
        if (map.Text(key) is not { Length: > 0 } text)
        {
            return null;
        }

        if (Enum.TryParse<Destination>(text, ignoreCase: true, out var destination) && destination is not Destination.None)
        {
            return destination;
        }

        map.Problem($"{map.PathOf(key)} is \"{text}\" and should be console, file or fileAndConsole", key);
        return null;
    }

    private static Dictionary<string, string> Merged(IReadOnlyDictionary<string, string> less, IReadOnlyDictionary<string, string> more)
    {
        var all = new Dictionary<string, string>(less);
        foreach (var (name, value) in more)
        {
            all[name] = value;
        }

        return all;
    }
}
