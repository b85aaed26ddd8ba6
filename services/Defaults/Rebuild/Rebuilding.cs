using System.Collections.Concurrent;
using Library.Defaults.Projections;
using Library.Defaults.ViewStores;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Rebuild;

/// <summary>
/// Does what the generation document of one projection asks for: builds, or watches who builds and takes over, and deletes what was retired. Sleeps
/// until somebody has read that there is work.
/// </summary>
internal sealed partial class Rebuilding(
    Projection projection, IDocuments documents, Generations generations, FactsSource source, IOptions<RebuildOptions> options, TimeProvider time, ILogger<Rebuilding> log)
    : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>Longer than a fact that read of a generation before it retired is on its way to it.</summary>
    private static readonly TimeSpan Arrival = TimeSpan.FromSeconds(30);

    private readonly string _holder = Guid.CreateVersion7(time.GetUtcNow()).ToString();
    private readonly SemaphoreSlim _work = new(1);
    private readonly ConcurrentQueue<(int Generation, long Since)> _retired = new();
    private ITimer? _arrived;
    private bool _started;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        generations.WorkSeen = Wake;
        while (true)
        {
            await _work.WaitAsync(stoppingToken);
            try
            {
                await Work(stoppingToken);
            }
            catch (BuildLostException)
            {
                Wake();
            }
            catch (Exception problem) when (!stoppingToken.IsCancellationRequested)
            {
                LogTrouble(projection.Name, problem);
                await Task.Delay(Retry, time, stoppingToken);
                Wake();
            }
        }
    }

    public override void Dispose()
    {
        generations.WorkSeen = () => { };
        _arrived?.Dispose();
        _work.Dispose();
        base.Dispose();
    }

    /// <summary>Deletes the documents of a generation that is no longer live.</summary>
    public void Retire(int? generation)
    {
        if (generation is { } one)
        {
            _retired.Enqueue((one, time.GetTimestamp()));
            Wake();
        }
    }

    private void Wake()
    {
        if (_work.CurrentCount == 0)
        {
            _work.Release();
        }
    }

    private async Task Work(CancellationToken cancellation)
    {
        var document = await generations.Read(cancellation);
        if (!_started)
        {
            document.Retired.ToList().ForEach(one => _retired.Enqueue((one, time.GetTimestamp())));
            _started = true;
        }

        if (document.Building is { State: not BuildState.Refused } build && await Take(build, cancellation) is { } mine)
        {
            var retired = await new Builder(projection, documents, generations, source, options.Value, _holder, time, log).Run(mine, cancellation);
            Retire(retired);
        }

        if (IsKeptLongEnough(document))
        {
            await RetirePrevious(cancellation);
        }

        while (_retired.TryPeek(out var retired))
        {
            if (Arrival - time.GetElapsedTime(retired.Since) is var rest && rest > TimeSpan.Zero)
            {
                _arrived?.Dispose();
                _arrived = time.CreateTimer(_ => Wake(), null, rest, Timeout.InfiniteTimeSpan);
                return;
            }

            await Delete(retired.Generation, cancellation);
            _retired.TryDequeue(out _);
        }
    }

    /// <summary>Nobody's is taken at once, another's when its beat has stood still for the lease on this process's clock.</summary>
    private async Task<Build?> Take(Build seen, CancellationToken cancellation)
    {
        var since = time.GetTimestamp();
        while (seen.Holder.Length > 0 && seen.Holder != _holder && time.GetElapsedTime(since) < options.Value.Lease)
        {
            await Task.Delay(options.Value.Beat, time, cancellation);
            var now = (await generations.Read(cancellation)).Building;
            if (now is null or { State: BuildState.Refused })
            {
                return null;
            }

            if (now.Number != seen.Number || now.Beat != seen.Beat || now.Holder != seen.Holder)
            {
                (seen, since) = (now, time.GetTimestamp());
            }
        }

        var taken = await generations.Change(
            now => now.Building is { } build && build.Number == seen.Number && build.Holder == seen.Holder && build.Beat == seen.Beat
                ? now with { Building = build with { Holder = _holder, Beat = build.Beat + 1 } }
                : throw new BuildLostException(),
            cancellation);
        return taken.Building;
    }

    private bool IsKeptLongEnough(GenerationDocument document) =>
        document.Previous is not null && time.GetUtcNow() - document.Since >= options.Value.Kept;

    private async Task RetirePrevious(CancellationToken cancellation)
    {
        int? retired = null;
        await generations.Change(now =>
        {
            retired = IsKeptLongEnough(now) ? now.Previous : null;
            return retired is null ? null : now.WithoutPrevious();
        }, cancellation);
        Retire(retired);
    }

    private async Task Delete(int generation, CancellationToken cancellation)
    {
        await new SourceWalk(source, projection).ForEach(fact => projection.Delete(documents, generation, fact, cancellation), cancellation);
        await generations.Change(now => now.Retired.Contains(generation) ? now with { Retired = [.. now.Retired.Where(one => one != generation)] } : null, cancellation);
        LogDeleted(projection.Name, generation);
    }

    [LoggerMessage(LogLevel.Information, "Generation {Generation} of {Projection} is deleted")]
    private partial void LogDeleted(string projection, int generation);

    [LoggerMessage(LogLevel.Warning, "The generations of {Projection} cannot be looked after now; it is tried again")]
    private partial void LogTrouble(string projection, Exception problem);
}
