using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Library.Defaults.Lists;
using Library.Defaults.ViewStores;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;
using Library.Sagas.Orchestrator.Running;
using Microsoft.Extensions.Options;

namespace Library.Sagas.Orchestrator.Operators;

/// <summary>
/// The lists in which operators search, newest first. An entry is a hint that is checked against the saga when it is read. Changes are gathered for a moment, so
/// that many sagas at once cost each list one write.
/// </summary>
internal sealed class SagaLists(IDocuments documents, SagaStore store, IOptions<SagaOptions> options, TimeProvider time)
{
    /// <summary>Well below what brokers hand out before the first is acknowledged.</summary>
    private const int Enough = 25;

    private readonly Lock _gate = new();
    private List<SagaNews> _waiting = [];
    private TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _writing;

    /// <summary>The lists of the saga's keys, as they are when no saga had these keys before.</summary>
    public static IEnumerable<(string Key, ListPage Page)> Begin(SagaHead head) =>
        head.Keys.Distinct().Select(key => PagedList.Begin(NameOf(OfKey(key)), new ListEntry(head.Id, head.Version, Sort(head.StartedAt))));

    /// <summary>Returns once the lists have it.</summary>
    public Task Put(SagaNews news, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _waiting.Add(news);
            _writing ??= Write(_enough.Task);
            if (_waiting.Count == Enough)
            {
                _enough.SetResult();
            }

            return _writing.WaitAsync(cancellation);
        }
    }

    public async Task<ListSlice<SagaSummary>> Find(SagaQuery query, int limit, ListPosition? after, CancellationToken cancellation)
    {
        if (query.Text is { } text && SagaData.IsId(text) && (await Summaries([text], cancellation)).TryGetValue(text, out var one))
        {
            return new ListSlice<SagaSummary>(query.Fits(one) ? [one] : [], Next: null);
        }

        var name = query.Text is { } key ? OfKey(key)
            : query.State is { } state ? ListOf(state)
            : query.Type is { } type ? $"type.{Hash(type)}"
            : "all";
        return await ListSlice<SagaSummary>.Read(List(name), limit, after, entries => Check(query, name, entries, cancellation), cancellation);
    }

    /// <summary>Those that have not ended, a stretch of them.</summary>
    public Task<ListSlice<SagaSummary>> Live(int limit, ListPosition? after, CancellationToken cancellation) =>
        ListSlice<SagaSummary>.Read(List("live"), limit, after, entries => Check(new SagaQuery(null, null, null), "live", entries, cancellation), cancellation);

    private static string ListOf(SagaState state) => state switch
    {
        SagaState.Pending or SagaState.Running or SagaState.Compensating => "live",
        _ => $"state.{state}",
    };

    private static string OfKey(string key) => $"key.{Hash(key)}";

    private static string NameOf(string list) => $"index|sagas|{list}";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];

    private static string Sort(DateTimeOffset at) => (DateTime.MaxValue.Ticks - at.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);

    private static IEnumerable<(string List, bool IsPut)> Changes(SagaNews news)
    {
        if (news.State == SagaState.Pending)
        {
            return [("all", true), ($"type.{Hash(news.Saga)}", true), ("live", true), .. (news.Keys ?? []).Select(key => (OfKey(key), true))];
        }

        // It can have left a stop only if it was told of before.
        var stops = new[] { SagaState.Waiting, SagaState.Stuck }.Where(state => state != news.State && news.Version > 2).Select(state => (ListOf(state), false));
        IEnumerable<(string, bool)> end = news.State.HasEnded() ? [("live", false)] : [];
        return [(ListOf(news.State), true), .. end, .. stops];
    }

    private async Task Write(Task enough)
    {
        using var over = new CancellationTokenSource();
        await Task.WhenAny(enough, Task.Delay(options.Value.Gathering, time, over.Token));
        await over.CancelAsync();
        List<SagaNews> taken;
        lock (_gate)
        {
            (taken, _waiting, _writing) = (_waiting, [], null);
            _enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        var changes = taken.SelectMany(Changes, (news, change) => (change.List, change.IsPut, Entry: new ListEntry(news.SagaId, news.Version, Sort(news.StartedAt))));
        await Task.WhenAll(changes.GroupBy(change => change.List).Select(list => List(list.Key).Change([.. list.Select(change => (change.Entry, change.IsPut))], CancellationToken.None)));
    }

    private async Task<IReadOnlyList<Checked<SagaSummary>>> Check(SagaQuery query, string list, IReadOnlyList<ListEntry> entries, CancellationToken cancellation)
    {
        var found = await Summaries([.. entries.Select(entry => entry.Id)], cancellation);
        return [.. entries.Select(entry => !found.TryGetValue(entry.Id, out var saga) ? new Checked<SagaSummary>(entry, null, null)
            : !Belongs(saga, list) ? new Checked<SagaSummary>(entry, saga.Version, null)
            : new Checked<SagaSummary>(entry, null, query.Fits(saga) ? saga : null))];
    }

    private static bool Belongs(SagaSummary saga, string list) =>
        list == "live" ? !saga.State.HasEnded() : !list.StartsWith("state.", StringComparison.Ordinal) || list == ListOf(saga.State);

    private async Task<Dictionary<string, SagaSummary>> Summaries(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        var heads = await store.Heads(ids, cancellation);
        var begun = await store.Begun([.. heads.Where(head => head.Value.State == SagaState.Pending).Select(head => head.Key)], cancellation);
        return heads.ToDictionary(head => head.Key, head => SagaSummary.Of(head.Value, begun.Contains(head.Key)));
    }

    private PagedList List(string name) => new(documents, NameOf(name));
}

/// <summary>What is searched for: a kind of saga, a state, an id or a key of the saga.</summary>
internal sealed record SagaQuery(string? Type, SagaState? State, string? Text)
{
    public bool Fits(SagaSummary saga) => (Type is null || Type == saga.Type) && (State is null || State == saga.State);
}

/// <summary>A saga as a line of a list.</summary>
public sealed record SagaSummary(string Id, string Type, SagaState State, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, Stop? Stop)
{
    internal long Version { get; private init; }

    internal static SagaSummary Of(SagaHead head, bool hasBegun) =>
        new(head.Id, head.Saga, hasBegun ? SagaState.Running : head.State, head.StartedAt, head.EndedAt, head.Stop) { Version = head.Version };
}
