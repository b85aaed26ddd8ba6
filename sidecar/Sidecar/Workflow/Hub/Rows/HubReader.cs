using Google.Protobuf;
using Sidecar.Protos.Workflow;
using Sidecar.Protos.Workflow.Stored;
using Sidecar.State;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub.Rows;

/// <summary>Reads rows, many at a time, from any thread. A store that is away is waited for.</summary>
internal sealed class HubReader(IStateStore store, HubKeys keys, string appId, ILogger log)
{
    private const int MostAtOnce = 512;
    private const int FirstGuess = 8;
    private const int Parallelism = 4;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyDictionary<string, FinishedRow>> FinishedAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        var rows = await ManyAsync(ids.Select(keys.Finished), FinishedRow.Parser, cancellation);
        return rows.ToDictionary(row => keys.InstanceOf(row.Key), row => row.Value, StringComparer.Ordinal);
    }

    public async Task<T?> OneAsync<T>(string key, MessageParser<T> parser, CancellationToken cancellation)
        where T : class, IMessage<T> =>
        (await ManyAsync([key], parser, cancellation)).GetValueOrDefault(key);

    /// <summary>How an instance that is over looked at its end; null when its rows are gone.</summary>
    public async Task<InstanceView?> ViewAsync(string id, FinishedRow finished, CancellationToken cancellation)
    {
        var turns = await ManyAsync(Range(finished.Turns).Select(turn => keys.Turn(finished.Serial, finished.Generation, turn)), TurnRow.Parser, cancellation);
        if (turns.Count != finished.Turns)
        {
            return null;
        }

        InstanceState? state = null;
        for (var turn = 0L; turn < finished.Turns; turn++)
        {
            var row = turns[keys.Turn(finished.Serial, finished.Generation, turn)];
            if (state is null && Started(row) is { } started)
            {
                state = new InstanceState(id, appId, finished.Generation, started);
            }

            state?.Restore(row.PastEvents.Memory, row.EventCount, row.CustomStatus);
        }

        return state?.View();
    }

    /// <summary>The rows of turns or of the inbox that are there without a gap from a number on, for several instances at once.</summary>
    public async Task<List<T>[]> RunsAsync<T>(IReadOnlyList<Func<long, string>> runs, MessageParser<T> parser, CancellationToken cancellation)
        where T : class, IMessage<T>
    {
        var found = runs.Select(_ => new List<T>()).ToArray();
        var open = Enumerable.Range(0, runs.Count).ToList();
        for (var guess = FirstGuess; open.Count > 0; guess *= 2)
        {
            var rows = await ManyAsync(open.SelectMany(run => Range(guess).Select(next => runs[run](found[run].Count + next))), parser, cancellation);
            open.RemoveAll(run =>
            {
                var end = found[run].Count + guess;
                while (found[run].Count < end && rows.TryGetValue(runs[run](found[run].Count), out var row))
                {
                    found[run].Add(row);
                }

                return found[run].Count < end;
            });
        }

        return found;
    }

    public async Task<Dictionary<string, T>> ManyAsync<T>(IEnumerable<string> wanted, MessageParser<T> parser, CancellationToken cancellation)
        where T : class, IMessage<T>
    {
        var rows = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var piece in wanted.Distinct(StringComparer.Ordinal).Chunk(MostAtOnce))
        {
            foreach (var item in await PatientlyAsync(() => store.GetManyAsync([.. piece.Select(key => new StateRead(key, "strong"))], Parallelism, cancellation), cancellation))
            {
                if (item.Error is not null)
                {
                    throw new InvalidDataException($"row {item.Key} cannot be read: {item.Error}");
                }

                if (item.Item is { } row)
                {
                    rows[item.Key] = parser.ParseFrom(row.Data.Span);
                }
            }
        }

        return rows;
    }

    private static HistoryEvent? Started(TurnRow row) =>
        WorkflowRequest.Parser.ParseFrom(row.PastEvents).PastEvents.FirstOrDefault(happened => happened.ExecutionStarted is not null);

    private static IEnumerable<long> Range(long count)
    {
        for (var next = 0L; next < count; next++)
        {
            yield return next;
        }
    }

    private async Task<IReadOnlyList<BulkStateItem>> PatientlyAsync(Func<ValueTask<IReadOnlyList<BulkStateItem>>> read, CancellationToken cancellation)
    {
        for (var pause = TimeSpan.FromMilliseconds(20); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return await read();
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                log.LogWarning("Workflows cannot be read from the state store and are tried again: {Problem}", failure.Message);
            }

            // A store comes back when it comes back, whatever clock workflows go by.
            await Task.Delay(pause, TimeProvider.System, cancellation);
        }
    }
}
