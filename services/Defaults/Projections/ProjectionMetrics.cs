using System.Diagnostics.Metrics;

namespace Library.Defaults.Projections;

/// <summary>How far each projection is behind, and how far its build is.</summary>
internal sealed class ProjectionMetrics
{
    public ProjectionMetrics(IMeterFactory factory, IEnumerable<ProjectionRun> runs)
    {
        var (meter, all) = (factory.Create("Library.Projections"), runs.ToList());
        meter.CreateObservableGauge("library.projection.lag.events", () => all.Select(run => Of(run, run.Lag.Now().Events)), "{fact}", "Facts published by the source and not applied, at most");
        meter.CreateObservableGauge("library.projection.lag.seconds", () => all.Select(run => Of(run, run.Lag.Now().Seconds)), "s", "How long facts have been missing");
        meter.CreateObservableGauge("library.projection.build.done", () => all.Select(run => Of(run, run.Generations.Latest?.Building?.Done ?? 0)), "{fact}", "Facts that the build has read");
        meter.CreateObservableGauge("library.projection.build.total", () => all.Select(run => Of(run, run.Generations.Latest?.Building?.Total ?? 0)), "{fact}", "Facts that the build has to read");
    }

    private static Measurement<T> Of<T>(ProjectionRun run, T value)
        where T : struct => new(value, new KeyValuePair<string, object?>("projection", run.Projection.Name));
}
