using Sidecar.Components;

namespace Runner.Template;

/// <summary>Reads a run file by the rules of Dapr's command line, and says everything that is wrong with it.</summary>
internal sealed class RunFileReader
{
    private static readonly string[] WithoutEffect =
    [
        "placementHostAddress", "schedulerHostAddress", "enableProfiling", "profilePort", "runtimePath", "containerImage", "containerImagePullPolicy", "createService",
    ];

    private readonly Findings findings;
    private readonly PortChoice ports = new();
    private readonly string path;

    private RunFileReader(string path, Findings findings)
    {
        this.path = path;
        this.findings = findings;
    }

    /// <summary>Null when there is nothing to read. <paramref name="path"/> may be the folder that the file is in.</summary>
    public static RunFile? Read(string path, Findings findings)
    {
        path = Path.GetFullPath(path);
        if (Directory.Exists(path))
        {
            path = Path.Combine(path, File.Exists(Path.Combine(path, "dapr.yaml")) ? "dapr.yaml" : "dapr.yml");
        }

        if (!File.Exists(path))
        {
            findings.Problem(path, 0, "this run file does not exist");
            return null;
        }

        return ResourceFolders.ReadText(path, findings) is { } text && YamlFile.ReadOne(path, text, firstLine: 1, findings) is { } root
            ? new RunFileReader(path, findings).Read(root)
            : null;
    }

    private RunFile Read(YamlMap root)
    {
        if (root.Whole("version") is not 1)
        {
            root.Problem("version should be 1", "version");
        }

        root.Text("name");
        var folder = Path.GetDirectoryName(path)!;
        var common = root.Map("common");
        var shared = common is null ? Shared.None : Shared.Of(common, folder);
        common?.NoteUnknown(WithoutEffect);
        var apps = new List<AppTemplate>();
        foreach (var app in root.Maps("apps"))
        {
            if (ReadApp(app, folder, shared) is { } read)
            {
                apps.Add(read);
            }
        }

        if (apps.Count == 0 && findings.Problems.Count == 0)
        {
            root.Problem("apps is missing: there should be at least one");
        }

        foreach (var twice in apps.GroupBy(app => app.Id).Where(group => group.Count() > 1))
        {
            root.Problem($"two apps have the appID {twice.Key}", "apps");
        }

        foreach (var taken in apps.SelectMany(app => app.Ports.Select(port => (port.Port, Use: $"{port.Key} of {app.Id}"))).GroupBy(use => use.Port).Where(group => group.Count() > 1))
        {
            root.Problem($"port {taken.Key} is asked for more than once: {string.Join(", ", taken.Select(use => use.Use))}", "apps");
        }

        root.NoteUnknown("common", "apps");
        return new RunFile(path, [.. apps.Select(ports.Fill)]);
    }

    private static AppTemplate? ReadApp(YamlMap app, string folder, Shared common)
    {
        var given = app.RequiredText("appDirPath");
        if (given.Length == 0)
        {
            return null;
        }

        var home = Path.GetFullPath(Path.Combine(folder, given)).TrimEnd(Path.DirectorySeparatorChar);
        if (!Directory.Exists(home))
        {
            app.Problem($"appDirPath {home} does not exist", "appDirPath");
        }

        var own = Shared.Of(app, home);
        var template = new AppTemplate(app.Text("appID", Path.GetFileName(home)), home)
        {
            Command = app.Texts("command"),
            Port = app.Port("appPort"),
            Address = app.Text("appChannelAddress") is { Length: > 0 } address ? address : "127.0.0.1",
            HttpPort = app.Port("daprHTTPPort"),
            GrpcPort = app.Port("daprGRPCPort"),
            InternalGrpcPort = app.Port("daprInternalGRPCPort"),
            MetricsPort = app.Port("metricsPort"),
        };
        app.NoteUnknown(WithoutEffect);
        return own.Over(common).ApplyTo(template);
    }
}
