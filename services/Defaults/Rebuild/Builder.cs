using Library.Defaults.Deliveries;
using Library.Defaults.Projections;
using Library.Defaults.ViewStores;
using Microsoft.Extensions.Logging;

namespace Library.Defaults.Rebuild;

/// <summary>
/// Builds the generation that this process holds, from where the last progress was written down. Live facts come to it meanwhile as to every
/// live generation, and versions decide.
/// </summary>
internal sealed partial class Builder(
    Projection projection, IDocuments documents, Generations generations, FactsSource source, RebuildOptions options, string holder, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Unsettled = TimeSpan.FromSeconds(1);
    private readonly SourceWalk _walk = new(source, projection);
    private Build _build = null!;
    private long _written;

    /// <returns>The generation that nobody needs any more after the switch, if any.</returns>
    public async Task<int?> Run(Build build, CancellationToken cancellation)
    {
        _build = build;
        LogStarted(projection.Name, build.Number, build.Done);
        for (var place = 0; place < _build.PlaceCount; place++)
        {
            if (!_build.Places.ContainsKey(place))
            {
                await Persist(() => Measure(place, cancellation), cancellation);
            }
        }

        foreach (var place in _build.Places.Keys.Order())
        {
            while (_build.Places[place] is var read && read.Next < read.Limit)
            {
                await Persist(() => ReadPage(place, read, cancellation), cancellation);
                await Persist(() => WriteDown(cancellation), cancellation);
            }
        }

        return await Finish(cancellation);
    }

    /// <summary>What is written from now on comes as a live fact.</summary>
    private async Task Measure(int place, CancellationToken cancellation)
    {
        var page = await source(projection.Source, place, 0, 1, cancellation);
        _build = _build with { PlaceCount = page.Places, Places = With(place, new PlaceRead(0, page.Limit)) };
    }

    private async Task ReadPage(int place, PlaceRead read, CancellationToken cancellation)
    {
        var (page, facts, unreadable) = await _walk.Read(place, read.Next, cancellation);
        var compared = await Apply(facts, cancellation);
        _build = _build with
        {
            State = BuildState.Building,
            Reason = null,
            Places = With(place, read with { Next = Math.Max(page.Next, read.Next + 1) }),
            Comparison = compared with { Failed = compared.Failed + unreadable },
        };
    }

    /// <summary>Does it again until neither the source nor the store is away.</summary>
    private async Task Persist(Func<Task> step, CancellationToken cancellation)
    {
        for (var pause = TimeSpan.FromMilliseconds(100); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await step();
                return;
            }
            catch (Exception problem) when (Trouble.Passes(problem) && !cancellation.IsCancellationRequested)
            {
                LogWaits(projection.Name, _build.Number, problem);
                _build = _build with { State = BuildState.Waiting, Reason = Trouble.Reason(problem) };
            }

            await Task.Delay(pause, time, cancellation);
            await TryWriteDown(cancellation);
        }
    }

    private Dictionary<int, PlaceRead> With(int place, PlaceRead read) => new(_build.Places) { [place] = read };

    private async Task<Comparison> Apply(IReadOnlyList<ReadFact> facts, CancellationToken cancellation)
    {
        var current = (await generations.Recent(cancellation)).Current;
        var counts = new long[5];
        await Parallel.ForEachAsync(facts, new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellation }, async (fact, token) =>
        {
            try
            {
                await projection.Apply(documents, _build.Number, fact, token);
                var difference = current is { } old ? await projection.Compare(documents, old, _build.Number, fact, token) : Difference.Same;
                Interlocked.Increment(ref counts[(int)difference]);
            }
            catch (Exception problem) when (!Trouble.Passes(problem))
            {
                LogFailed(projection.Name, _build.Number, fact.Id, fact.Version, problem);
                Interlocked.Increment(ref counts[4]);
            }
        });
        var so = _build.Comparison;
        return new Comparison(
            so.Same + counts[(int)Difference.Same], so.Changed + counts[(int)Difference.Changed], so.Mended + counts[(int)Difference.Mended],
            so.Behind + counts[(int)Difference.Behind], so.Failed + counts[4]);
    }

    private async Task<int?> Finish(CancellationToken cancellation)
    {
        var document = await generations.Read(cancellation);
        if (document.Current is not null && _build.Comparison is { Behind: > 0 } or { Failed: > 0 })
        {
            LogRefused(projection.Name, _build.Number, _build.Comparison.Behind, _build.Comparison.Failed);
            await Own(now => now with { Building = _build with { State = BuildState.Refused, Reason = "It has less than the current one, or facts failed." } }, cancellation);
            return null;
        }

        var (switched, retired) = (false, (int?)null);
        while (!switched)
        {
            await Own(now =>
            {
                switched = now.Previous is null || now.IsSettled(time.GetUtcNow());
                retired = now.Previous;
                return switched ? (now with { Building = _build }).Switched(time.GetUtcNow()) : null;
            }, cancellation);
            if (!switched)
            {
                await Task.Delay(Unsettled, time, cancellation);
                await WriteDown(cancellation);
            }
        }

        LogSwitched(projection.Name, _build.Number, _build.Total);
        return retired;
    }

    /// <summary>Progress is worth a write now and then; the last one is written by the switch.</summary>
    private async Task WriteDown(CancellationToken cancellation)
    {
        if (_written != 0 && time.GetElapsedTime(_written) < options.Beat)
        {
            return;
        }

        _build = _build with { Beat = _build.Beat + 1 };
        await Own(now => now with { Building = _build }, cancellation);
        _written = time.GetTimestamp();
        LogProgress(projection.Name, _build.Number, _build.Done, _build.Total);
    }

    private async Task TryWriteDown(CancellationToken cancellation)
    {
        try
        {
            await WriteDown(cancellation);
        }
        catch (Exception problem) when (Trouble.Passes(problem) && !cancellation.IsCancellationRequested)
        {
            LogWaits(projection.Name, _build.Number, problem);
        }
    }

    private Task Own(Func<GenerationDocument, GenerationDocument?> change, CancellationToken cancellation) =>
        generations.Change(now => now.Building is { } build && build.Number == _build.Number && build.Holder == holder ? change(now) : throw new BuildLostException(), cancellation);

    [LoggerMessage(LogLevel.Information, "Building generation {Generation} of {Projection}, from fact {Done}")]
    private partial void LogStarted(string projection, int generation, long done);

    [LoggerMessage(LogLevel.Information, "Generation {Generation} of {Projection}: {Done} of {Total} facts")]
    private partial void LogProgress(string projection, int generation, long done, long total);

    [LoggerMessage(LogLevel.Information, "Generation {Generation} of {Projection} answers now, made of {Total} facts")]
    private partial void LogSwitched(string projection, int generation, long total);

    [LoggerMessage(LogLevel.Warning, "Generation {Generation} of {Projection} waits: its source or the store does not answer")]
    private partial void LogWaits(string projection, int generation, Exception problem);

    [LoggerMessage(LogLevel.Error, "Generation {Generation} of {Projection} cannot take the fact {Id}/{Version}")]
    private partial void LogFailed(string projection, int generation, string id, long version, Exception problem);

    [LoggerMessage(LogLevel.Error, "Generation {Generation} of {Projection} was not switched to: {Behind} aggregates behind the current one, {Failed} facts failed. POST /projections/{Projection}/switch takes it all the same")]
    private partial void LogRefused(string projection, int generation, long behind, long failed);
}
