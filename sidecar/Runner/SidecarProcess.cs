using System.Text.Json;
using Runner.Logs;
using Runner.Processes;
using Runner.Template;

namespace Runner;

/// <summary>How the one process that hosts all sidecars is started.</summary>
internal static class SidecarProcess
{
    public const string Name = "sidecar";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    public static Launch Launch(RunFile file, IReadOnlyDictionary<string, string> tokens, Action<string> heard)
    {
        var flags = Path.Combine(file.Data, "sidecars.json");
        File.WriteAllText(flags, JsonSerializer.Serialize(file.Apps.Select(Flags)));
        return new Launch(Name, ["dotnet", Path.Combine(AppContext.BaseDirectory, "Sidecar.dll"), "--sidecars", flags, "--require-safe-brokers", "--trace-viewer"], file.Folder)
        {
            Environment = new Dictionary<string, string>(tokens) { ["DAPR_HOST_IP"] = "127.0.0.1" },
            Grace = Grace,
            Heard = heard,
        };
    }

    /// <summary>Shows a line as one of the app that it speaks of, as far as it speaks of one.</summary>
    public static Action<string> Listener(RunFile file, Journal journal, LogFiles files)
    {
        var apps = file.Apps.ToDictionary(app => app.Id);
        return text =>
        {
            if (SidecarLine.Parse(text) is not { } line || !apps.TryGetValue(line.AppId, out var app))
            {
                journal.Line(Name, text);
                return;
            }

            // What is wrong is shown even when the run file keeps the rest off the console.
            if (app.SidecarLog.HasFlag(Destination.Console) || line.Level is not ("info" or "debug"))
            {
                journal.SidecarLine(line.AppId, $"{Name} {line.Level}: {line.Message}");
            }

            if (app.SidecarLog.HasFlag(Destination.File))
            {
                files.Write(app, "daprd", text);
            }
        };
    }

    internal static IReadOnlyList<string> Flags(AppTemplate app) =>
    [
        "--app-id", app.Id,
        .. app.Port > 0 ? new[] { "--app-port", $"{app.Port}" } : [],
        "--app-channel-address", app.Address,
        "--dapr-http-port", $"{app.HttpPort}",
        "--dapr-grpc-port", $"{app.GrpcPort}",
        .. app.InternalGrpcPort > 0 ? new[] { "--dapr-internal-grpc-port", $"{app.InternalGrpcPort}" } : [],
        "--metrics-port", $"{app.MetricsPort}",
        .. app.ResourcesPaths.SelectMany(path => new[] { "--resources-path", path }),
        .. app.ConfigPath is { } config ? new[] { "--config", config } : [],
        .. app.Flags,
    ];
}
