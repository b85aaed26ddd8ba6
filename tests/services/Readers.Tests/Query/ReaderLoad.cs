using System.Collections.Concurrent;
using System.Text.Json;
using Library.Contracts.Readers;
using Sidecar.Testing;

namespace Readers.Tests.Query;

/// <summary>
/// Changes readers and asks for them at the same time, and writes down every answer that is wrong (never true), missing (somebody who is there),
/// or stale (older than what had been applied before the question).
/// </summary>
internal sealed class ReaderLoad(QuerySide query, int readers)
{
    private const int Workers = 2;
    private readonly ConcurrentDictionary<(string Id, long Version), string> _emails = new();
    private readonly ConcurrentDictionary<string, long> _applied = new();
    private readonly CancellationTokenSource _enough = new();
    private readonly List<Task> _work = [];
    private long _asked;

    public ConcurrentQueue<string> Wrong { get; } = new();

    public long Asked => Interlocked.Read(ref _asked);

    public List<TestService> Replicas { get; } = [];

    public static string Id(int number) => $"r{number}";

    /// <summary>What the source has before anything runs.</summary>
    public static void Fill(ReaderSource source, int readers)
    {
        for (var number = 0; number < readers; number++)
        {
            source.Write(Id(number), ReaderState.Active, "Ada", $"{Id(number)}.1@example.org");
        }
    }

    public void Start()
    {
        foreach (var fact in query.Source.All())
        {
            _emails[(fact.Id, fact.Version)] = fact.Email!;
            _applied[fact.Id] = fact.Version;
        }

        for (var worker = 0; worker < Workers; worker++)
        {
            var (mine, random) = (worker, new Random(worker));
            _work.Add(Task.Run(() => Change(mine, random)));
            _work.Add(Task.Run(() => Ask(random)));
        }
    }

    public async Task Stop()
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_work);
        _enough.Dispose();
    }

    /// <summary>Every reader, as the view says now, is the newest fact of him.</summary>
    public async Task CompareAll()
    {
        await Parallel.ForEachAsync(query.Source.All(), new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = TestContext.Current.CancellationToken }, async (fact, _) =>
        {
            var (status, body, _) = await query.Get($"/readers/{fact.Id}", Replicas[0]);
            if (status != 200 || body.GetProperty("version").GetInt64() != fact.Version || body.GetProperty("email").GetString() != fact.Email)
            {
                Wrong.Enqueue($"in the end {fact.Id} is {status} {body}, but the source says {fact}");
            }
        });
    }

    private async Task Change(int worker, Random random)
    {
        while (!_enough.IsCancellationRequested)
        {
            var id = Id((random.Next(readers / Workers) * Workers) + worker);
            var version = query.Source.Now(id).Version + 1;
            _emails[(id, version)] = $"{id}.{version % 3}@example.org";
            var written = query.Source.Write(id, ReaderState.Active, "Ada", _emails[(id, version)]);
            if ((await query.Deliver(written)).Status == 200)
            {
                _applied[id] = version;
            }
        }
    }

    private async Task Ask(Random random)
    {
        while (!_enough.IsCancellationRequested)
        {
            var id = Id(random.Next(readers));
            var replica = Replicas[random.Next(Replicas.Count)];
            await (random.Next(2) == 0 ? AskById(id, replica) : AskByEmail(id, replica));
            Interlocked.Increment(ref _asked);
        }
    }

    private async Task AskById(string id, TestService replica)
    {
        var atLeast = _applied[id];
        var (status, body, _) = await query.Get($"/readers/{id}", replica);
        if (status != 200)
        {
            Wrong.Enqueue($"{id} is missing: {status} {body}");
            return;
        }

        var (version, email) = (body.GetProperty("version").GetInt64(), body.GetProperty("email").GetString());
        if (version < atLeast)
        {
            Wrong.Enqueue($"{id} is stale: {version}, but {atLeast} was applied");
        }
        else if (_emails[(id, version)] != email)
        {
            Wrong.Enqueue($"{id} is wrong: {email} in version {version}");
        }
    }

    private async Task AskByEmail(string id, TestService replica)
    {
        var before = query.Source.Now(id);
        if (_applied[id] < before.Version)
        {
            return;
        }

        var (status, body, _) = await query.Get($"/readers?email={before.Email}", replica);
        JsonElement[] found = status == 200 ? [.. body.GetProperty("items").EnumerateArray()] : [];
        if (found.All(one => one.GetProperty("id").GetString() != id) && query.Source.Now(id).Version == before.Version)
        {
            Wrong.Enqueue($"{id} is not found by {before.Email}: {status} {body}");
        }

        foreach (var one in found.Where(one => one.GetProperty("email").GetString() != before.Email))
        {
            Wrong.Enqueue($"{before.Email} finds somebody else: {one}");
        }
    }
}
