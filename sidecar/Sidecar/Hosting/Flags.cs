namespace Sidecar.Hosting;

public enum FlagsIntent
{
    Run,
    Help,
    Version,
    BuildInfo,

    /// <summary>Wait until the sidecar at --dapr-http-port answers, then end.</summary>
    Wait,
}

/// <summary>
/// What a command line asks for: one sidecar, or with --sidecars any number of them. With a problem nothing is started; notes are
/// for the log.
/// </summary>
public sealed record Flags(FlagsIntent Intent, IReadOnlyList<SidecarOptions> Sidecars, IReadOnlyList<string> Problems, IReadOnlyList<string> Notes)
{
    /// <summary>This process stands in for Zipkin where its sidecars send spans to.</summary>
    public bool ShowsTraces { get; init; }

    public static Flags Parse(IReadOnlyList<string> arguments, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        var values = FlagsReader.Read(arguments);
        if (Intended(values) is not FlagsIntent.Run and var other)
        {
            return new Flags(other, other is FlagsIntent.Wait ? [FlagsToOptions.Of(values, environment, isOneOfMany: false)] : [], [], []);
        }

        var many = values.Last("sidecars");
        if (many is null)
        {
            var options = FlagsToOptions.Of(values, environment, isOneOfMany: false);
            return Checked([options], [values]) with { ShowsTraces = values.IsSet("trace-viewer") };
        }

        var all = FlagsFile.Read(many, values).Select(one => FlagsReader.Read([.. Without(arguments, many), .. one])).ToList();
        return Checked([.. all.Select(one => FlagsToOptions.Of(one, environment, isOneOfMany: true))], [values, .. all]) with { ShowsTraces = values.IsSet("trace-viewer") };
    }

    private static FlagsIntent Intended(FlagsValues values) =>
        values.IsSet("help") ? FlagsIntent.Help
        : values.IsSet("version") ? FlagsIntent.Version
        : values.IsSet("build-info") ? FlagsIntent.BuildInfo
        : values.IsSet("wait") ? FlagsIntent.Wait
        : FlagsIntent.Run;

    private static Flags Checked(List<SidecarOptions> sidecars, List<FlagsValues> values)
    {
        var problems = values.SelectMany(one => one.Problems).Concat(FlagsPorts.Problems(sidecars)).Distinct().ToList();
        return new Flags(FlagsIntent.Run, sidecars, problems, [.. values.SelectMany(one => one.Notes).Distinct()]);
    }

    /// <summary>The flags that all sidecars of a file have in common.</summary>
    private static IEnumerable<string> Without(IReadOnlyList<string> arguments, string file)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i].TrimStart('-'))
            {
                case "sidecars":
                    i++;
                    break;
                case var flag when flag == $"sidecars={file}":
                    break;
                default:
                    yield return arguments[i];
                    break;
            }
        }
    }
}
