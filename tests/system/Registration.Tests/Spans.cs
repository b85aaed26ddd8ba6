using System.Text.Json;
using Library.Chaos.Tests;

namespace Registration.Tests;

/// <summary>The traces of a library, as Zipkin's own API shows them.</summary>
internal static class Spans
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Returns when no more of them come.</summary>
    public static async Task Settle(RunningLibrary library, CancellationToken cancellation)
    {
        using var viewer = Viewer(library);
        for (var (before, quiet) = (-1, 0); quiet < 14; await Task.Delay(Pause, TimeProvider.System, cancellation))
        {
            var now = (await viewer.GetStringAsync(new Uri("/api/v2/traces?limit=10000&lookback=86400000&annotationQuery=saga.id", UriKind.Relative), cancellation)).Length;
            (before, quiet) = (now, now == before ? quiet + 1 : 0);
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
