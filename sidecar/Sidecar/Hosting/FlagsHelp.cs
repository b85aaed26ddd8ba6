using System.Text;

namespace Sidecar.Hosting;

/// <summary>The text of --help.</summary>
public static class FlagsHelp
{
    private static readonly (FlagGroup Group, string Title)[] Groups =
    [
        (FlagGroup.App, "The app"),
        (FlagGroup.Api, "The API"),
        (FlagGroup.Resources, "Components and configuration"),
        (FlagGroup.Health, "Health of the app"),
        (FlagGroup.Shutdown, "Ending"),
        (FlagGroup.Observability, "Logs and metrics"),
        (FlagGroup.Process, "The process"),
        (FlagGroup.WithoutEffect, "Known to daprd, without effect here"),
    ];

    public static string Text { get; } = Write();

    private static string Write()
    {
        var text = new StringBuilder("A sidecar that answers like daprd. Usage: Sidecar --app-id NAME [flags]\n");
        foreach (var (group, title) in Groups)
        {
            text.Append('\n').Append(title).Append(":\n");
            foreach (var flag in FlagsTable.All.Where(flag => flag.Group == group))
            {
                var usage = $"  --{flag.Name}{Word(flag.Kind)}";
                var fallback = flag.Default.Length > 0 && flag.Kind is not FlagKind.Bool || flag.Default == "true" ? $" ({flag.Default})" : "";
                text.Append($"{usage,-45} {flag.Help}{fallback}\n");
            }
        }

        return text.Append(
            """

            Flags may have one dash or two, and their value after a space or an equals sign.
            Environment: DAPR_API_TOKEN (what the app must show), APP_API_TOKEN (what is shown to the app), NAMESPACE, POD_NAME,
            DAPR_HOST_IP, OTEL_EXPORTER_OTLP_*.

            """).ToString();
    }

    private static string Word(FlagKind kind) => kind switch
    {
        FlagKind.Bool => "",
        FlagKind.Whole => " NUMBER",
        FlagKind.Port => " PORT",
        FlagKind.Size => " SIZE",
        FlagKind.Duration => " DURATION",
        FlagKind.Address => " ADDRESS",
        FlagKind.List => " A,B,…",
        _ => " TEXT",
    };
}
