using System.Diagnostics.Metrics;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Running;

namespace Library.Sagas.Orchestrator.Operators;

/// <summary>How many sagas begin, stop and end, how many live in which state, and how long the oldest has.</summary>
internal sealed class SagaMetrics
{
    private readonly Counter<long> _turns;
    private volatile IReadOnlyList<Live> _live = [];

    public SagaMetrics(IMeterFactory factory)
    {
        var meter = factory.Create("Library.Sagas");
        _turns = meter.CreateCounter<long>("library.saga.turns", "{saga}", "Sagas that came to be in a state");
        meter.CreateObservableGauge("library.saga.live", () => _live.Select(one => Of(one, one.Count)), "{saga}", "Sagas that have not ended");
        meter.CreateObservableGauge("library.saga.oldest", () => _live.Select(one => Of(one, one.Oldest.TotalSeconds)), "s", "Age of the oldest saga in a state");
        meter.CreateObservableGauge("library.saga.flagged", () => _live.Select(one => Of(one, one.Flagged)), "{saga}", "Sagas that stood still for too long, or whose workflow was lost");
    }

    public void Told(SagaNews news) =>
        _turns.Add(1, new KeyValuePair<string, object?>("type", news.Saga), new KeyValuePair<string, object?>("state", news.State.ToString()));

    /// <summary>What the watchdog has seen; states without a saga say zero once more.</summary>
    public void Seen(IReadOnlyList<Live> live) =>
        _live = [.. live, .. _live.Where(old => old.Count > 0 && !live.Any(one => one.Type == old.Type && one.State == old.State)).Select(old => new Live(old.Type, old.State, 0, TimeSpan.Zero, 0))];

    private static Measurement<T> Of<T>(Live live, T value)
        where T : struct => new(value, new KeyValuePair<string, object?>("type", live.Type), new KeyValuePair<string, object?>("state", live.State.ToString()));

    internal sealed record Live(string Type, SagaState State, long Count, TimeSpan Oldest, long Flagged);
}
