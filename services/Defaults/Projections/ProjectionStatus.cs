using Library.Defaults.Lag;

namespace Library.Defaults.Projections;

/// <summary>What an operator sees of a projection.</summary>
public sealed record ProjectionStatus(string Name, string Source, int? Generation, int? Previous, DateTimeOffset Since, string State, ProjectionDelay Lag, Comparison? Comparison, BuildStatus? Build)
{
    internal static ProjectionStatus Of(ProjectionRun run, GenerationDocument document)
    {
        var (events, seconds, source) = run.Lag.Now();
        var build = document.Building is { } one ? new BuildStatus(one.Number, one.State, one.Reason, one.StartedAt, one.Done, one.Total, one.Comparison) : null;
        var state = build is { } ? NameOf(build.State) : document.Retired.Count > 0 ? "deleting" : "current";
        return new ProjectionStatus(run.Projection.Name, run.Projection.Source, document.Current, document.Previous, document.Since, state, new ProjectionDelay(events, Math.Round(seconds, 1), source), document.Comparison, build);
    }

    private static string NameOf(BuildState state) => state switch { BuildState.Building => "building", BuildState.Waiting => "waiting", _ => "refused" };
}

/// <summary>Facts that were published and have not been applied, at most, and for how long; and whether the source still speaks.</summary>
public sealed record ProjectionDelay(long Events, double Seconds, SourceState Source);

/// <summary>How far a new generation is, in facts of the source, and how it compares with the current one.</summary>
public sealed record BuildStatus(int Generation, BuildState State, string? Reason, DateTimeOffset StartedAt, long Done, long Total, Comparison Comparison);
