using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Operators;
using Library.Sagas.Orchestrator.Records;

namespace Library.Sagas.Orchestrator.Running;

/// <summary>Sees to it that a saga that was accepted is started, and that it is found in lists.</summary>
internal sealed class News(SagaStore store, LiveSagas live, WorkflowStarts workflows, SagaLists lists, SagaWatchdog watchdog, SagaMetrics metrics)
{
    public async Task Take(SagaNews news, CancellationToken cancellation)
    {
        metrics.Told(news);
        if (news.State == SagaState.Pending)
        {
            watchdog.Wake();
            if (!await workflows.HasBegun(news.SagaId) && await store.Entry(news.SagaId, 1, cancellation) is null)
            {
                await workflows.Start(news.Saga, new SagaRun(news.SagaId, news.RunId), cancellation);
            }
        }
        else if (news.State.HasEnded())
        {
            live.Ended(news.SagaId);
        }

        await lists.Put(news, cancellation);
    }
}
