using System.Text.Json;
using Library.Chaos.Tests;

namespace Registration.Tests;

/// <summary>The traces of a library, as Zipkin's own API shows them.</summary>
internal static class Spans
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Services and sidecars send theirs every second.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(4);

    /// <summary>Returns when no more of them come.</summary>
    public static async Task Settle(RunningLibrary library, CancellationToken cancellation)
    {
        using var viewer = Viewer(library);
        for (var (before, since) = (-1, 0L); before < 0 || TimeProvider.System.GetElapsedTime(since) < Quiet; await Task.Delay(Pause, TimeProvider.System, cancellation))
        {
            var now = (await viewer.GetStringAsync(new Uri("/api/v2/traces?limit=10000&lookback=86400000&annotationQuery=saga.id", UriKind.Relative), cancellation)).Length;
            (before, since) = (now, now == before ? since : TimeProvider.System.GetTimestamp());
        }
    }

    public static async Task<IReadOnlyList<IReadOnlyList<JsonElement>>> OfSaga(RunningLibrary library, string id, Func<IReadOnlyList<IReadOnlyList<JsonElement>>, bool> isWhole, CancellationToken cancellation)
    {
        using var viewer = Viewer(library);
        for (var started = TimeProvider.System.GetTimestamp(); ; await Task.Delay(Pause, TimeProvider.System, cancellation))
        {
            var answer = await viewer.GetStringAsync(new Uri($"/api/v2/traces?annotationQuery=saga.id%3D{id}&limit=10&lookback=86400000", UriKind.Relative), cancellation);
            var traces = JsonSerializer.Deserialize<JsonElement[][]>(answer)!;
            if (isWhole(traces) || TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                return traces;
            }
        }
    }

    private static HttpClient Viewer(RunningLibrary library) => new() { BaseAddress = new Uri($"http://127.0.0.1:{library.Viewer}"), Timeout = TimeSpan.FromSeconds(30) };
}
