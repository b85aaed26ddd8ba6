using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Library.Sagas.Orchestrator.Operators;
using Library.Sagas.Orchestrator.Records;
using Library.Sagas.Orchestrator.Running;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Library.Sagas.Orchestrator;

/// <summary>Starts sagas, each with what its caller changes beside it, in one transaction. One request starts at most one.</summary>
public sealed class SagaStart
{
    private readonly Commit _commit;
    private readonly SagaStore _store;
    private readonly SagaCollection _sagas;
    private readonly LiveSagas _live;
    private readonly WorkflowStarts _workflows;
    private readonly SagaTopics _topics;
    private readonly SagaOptions _options;
    private readonly TimeProvider _time;

    internal SagaStart(
        Commit commit, SagaStore store, SagaCollection sagas, LiveSagas live, WorkflowStarts workflows, SagaTopics topics, IOptions<SagaOptions> options, TimeProvider time) =>
        (_commit, _store, _sagas, _live, _workflows, _topics, _options, _time) = (commit, store, sagas, live, workflows, topics, options.Value, time);

    /// <summary>
    /// Starts the saga of this data under the id. An id that was started before answers as it did then, whatever the data: a saga runs once.
    /// </summary>
    /// <param name="id">Letters, digits and dashes, for instance a UUID of version 7.</param>
    /// <param name="data">What the steps need.</param>
    /// <param name="location">Where the caller finds it.</param>
    /// <param name="change">What changes beside it, if anything does.</param>
    /// <param name="cancellation">Of the request.</param>
    public async Task<Decision<Answer>> Start<TData>(string id, TData data, string location, Change? change, CancellationToken cancellation)
        where TData : class
    {
        var (saga, bytes, answer) = (_sagas.Of(typeof(TData)), StoredJson.Bytes(data), new Answer(id, 1) { Location = location, IsAccepted = true });
        if (!SagaData.IsId(id) || bytes.Length > _options.MostDataBytes)
        {
            return !SagaData.IsId(id) ? SagaRefusals.IdUnfit : SagaRefusals.DataTooLarge(bytes.Length, _options.MostDataBytes);
        }

        var head = new SagaHead(id, saga.Name, Guid.CreateVersion7(_time.GetUtcNow()).ToString("N"), _time.GetUtcNow()) { Keys = saga.Keys(data) };
        try
        {
            await Commit(change, head, data, answer, cancellation);
        }
        catch (RaceLostException)
        {
            if ((await _store.Head(id, cancellation)).Document is not { } there)
            {
                throw;
            }

            return there.Saga == saga.Name ? answer : SagaRefusals.IdTaken(id, there.Saga);
        }

        _live.Keep(id, data);
        _workflows.Begin(saga.Name, id, head.RunId);
        return answer;
    }

    /// <summary>Most keys are new, so their lists begin in the same transaction. Where one has a list already, the news bring the saga there.</summary>
    private async Task Commit<TData>(Change? change, SagaHead head, TData data, Answer answer, CancellationToken cancellation)
        where TData : class
    {
        var begun = SagaLists.Begin(head).ToList();
        if (begun.Count > 0)
        {
            var whole = Whole(change, head, data, keys: null);
            begun.ForEach(list => whole.Put(list.Key, list.Page, ""));
            try
            {
                await _commit.Run(whole, answer, cancellation);
                return;
            }
            catch (RaceLostException)
            {
            }
        }

        await _commit.Run(Whole(change, head, data, head.Keys), answer, cancellation);
    }

    private Change Whole<TData>(Change? change, SagaHead head, TData data, IReadOnlyList<string>? keys) => new Change(change)
        .Put(SagaHead.KeyOf(head.Id), head, "")
        .Put(SagaData.KeyOf(head.Id), data, "")
        .Send(_topics.News, $"saga/{head.Id}/{head.Version}", new SagaNews(head.Id, head.Saga, head.RunId, head.State, head.Version, head.StartedAt, keys));
}
