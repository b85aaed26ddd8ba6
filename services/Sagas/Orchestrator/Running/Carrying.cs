using System.Diagnostics;
using System.Text.Json;
using Library.Defaults.Deliveries;
using Library.Defaults.Web.Telemetry;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;

namespace Library.Sagas.Orchestrator.Running;

/// <summary>What all activities of sagas have in common.</summary>
internal sealed class Carrying(SagaCollection sagas, SagaStore store, LiveSagas live, SagaTopics topics, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    public KnownSaga Saga(string name) => sagas.Find(name) ?? throw new InvalidOperationException($"The saga {name} was started and is not registered any more. Add it again, or end its runs by hand.");

    /// <summary>A span of the saga's own, so that all of it is found by its id.</summary>
    public static Activity? Span(string what, string? saga, string sagaId, string? step)
    {
        var span = Tracing.Source.StartActivity(step is null ? $"{saga} {what}" : $"{step} {what}");
        span?.SetTag("saga.id", sagaId);
        span?.SetTag("saga.type", saga);
        span?.SetTag("saga.step", step);
        return span;
    }

    /// <summary>Null where the data is gone, because the saga has ended.</summary>
    public async Task<SagaCall?> CallOf<TOrder>(Errand<TOrder> errand, PlannedStep step, int attempt, CancellationToken cancellation)
        where TOrder : Order
    {
        if (live.Data(errand.SagaId) is not { } data)
        {
            (var read, _) = await store.Data(errand.SagaId, Saga(errand.Saga).DataType, cancellation);
            if (read is null)
            {
                return null;
            }

            live.Keep(errand.SagaId, data = read);
        }

        return new SagaCall(errand.SagaId, step.Name, attempt, topics.Replies, data, errand.Outputs ?? new Dictionary<string, StepOutput>());
    }

    public async Task<SagaState> StateOf(string sagaId, CancellationToken cancellation) => (await store.Head(sagaId, cancellation)).Document?.State ?? SagaState.Aborted;

    public static SagaEntry Entry(string runId, int number, IReadOnlyList<Note> notes, JsonElement? request = null) => new(
        runId, number, [.. notes.Select(note => note.What == Trail.Asked ? TrailLine.Of(note) with { Request = request } : TrailLine.Of(note))]);

    /// <summary>Tries again for a while what time mends, so that a short outage stays out of the workflow's history.</summary>
    public async Task<T> Patiently<T>(Func<Task<T>> work)
    {
        var began = time.GetTimestamp();
        for (var wait = TimeSpan.FromMilliseconds(50); ; wait = wait < Longest ? wait * 2 : wait)
        {
            try
            {
                return await work();
            }
            catch (Exception problem) when (Trouble.Passes(problem) && time.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(wait, time);
            }
        }
    }
}
