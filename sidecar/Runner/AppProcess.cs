using Runner.Logs;
using Runner.Processes;
using Runner.Template;

namespace Runner;

/// <summary>How an app is started: with what Dapr's command line puts into its environment, and with the tokens of this run.</summary>
internal static class AppProcess
{
    public static Launch Launch(AppTemplate app, IReadOnlyDictionary<string, string> tokens, Journal journal, LogFiles files) => new(app.Id, app.Command, app.Folder)
    {
        Environment = Environment(app, tokens),
        Heard = line =>
        {
            if (app.AppLog.HasFlag(Destination.Console))
            {
                journal.Line(app.Id, line);
            }

            if (app.AppLog.HasFlag(Destination.File))
            {
                files.Write(app, "app", line);
            }
        },
    };

    internal static IReadOnlyDictionary<string, string> Environment(AppTemplate app, IReadOnlyDictionary<string, string> tokens)
    {
        var environment = new Dictionary<string, string>(app.Environment);
        foreach (var (name, value) in tokens)
        {
            environment[name] = value;
        }

        environment["APP_ID"] = app.Id;
        environment["APP_PROTOCOL"] = app.Protocol;
        environment["APP_CHANNEL_ADDRESS"] = app.Address;
        environment["DAPR_HTTP_PORT"] = $"{app.HttpPort}";
        environment["DAPR_GRPC_PORT"] = $"{app.GrpcPort}";
        environment["DAPR_METRICS_PORT"] = $"{app.MetricsPort}";
        if (app.Port > 0)
        {
            environment["APP_PORT"] = $"{app.Port}";
        }

        return environment;
    }
}
