using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Library.Chaos.Tests;

/// <summary>Looks at the library through its public API, and at what its services tell each other, and says what is wrong.</summary>
internal sealed class Checker(CoordinatorStandIn coordinator, HttpClient gateway)
{
    private const int AtOnce = 16;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Every acknowledged reader is shown as it was acknowledged, and no cancelled one.</summary>
    public async Task ViewsShowAsync(Readership readership, CancellationToken cancellation)
    {
        var limits = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(readership.Expected, limits, (one, token) => new ValueTask(
            UntilAsync($"/api/readers/{one.Key}?minVersion={one.Value.Version}", (status, view) =>
                status == HttpStatusCode.OK && Text(view, "name") == one.Value.Name && Text(view, "email") == one.Value.Email && Text(view, "state") == "active", $"{one.Value}", token)));
        await Parallel.ForEachAsync(readership.Cancelled, limits, (id, token) => new ValueTask(UntilAsync($"/api/readers/{id}", (status, _) => status == HttpStatusCode.NotFound, "nothing", token)));
    }

    public Task NothingIsParkedAsync(CancellationToken cancellation) =>
        UntilAsync("/api/parked", (status, list) => status == HttpStatusCode.OK && list.GetProperty("items").GetArrayLength() == 0 && list.GetProperty("unanswered").GetArrayLength() == 0, "nothing parked", cancellation);

    /// <summary>The newest fact of every reader, of all places of the outbox, is what the view shows.</summary>
    public async Task<int> ViewsEqualFactsAsync(CancellationToken cancellation)
    {
        var newest = await FoldAsync(cancellation);
        await Parallel.ForEachAsync(newest, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, (one, token) => new ValueTask(
            UntilAsync($"/api/readers/{one.Key}", (status, view) => Text(one.Value, "state") == "cancelled"
                ? status == HttpStatusCode.NotFound
                : status == HttpStatusCode.OK && new[] { "id", "version", "state", "name", "email" }.All(name => Text(view, name) == Text(one.Value, name)), $"{one.Value}", token)));
        return newest.Count;
    }

    private async Task<Dictionary<string, JsonElement>> FoldAsync(CancellationToken cancellation)
    {
        var newest = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        for (int place = 0, places = 1; place < places; place++)
        {
            for (long from = 0, limit = 1; from < limit;)
            {
                var page = await coordinator.Ask($"reader-command/method/facts?place={place}&from={from}&limit=500", cancellation);
                (from, limit, places) = (page.GetProperty("next").GetInt64(), page.GetProperty("limit").GetInt64(), page.GetProperty("places").GetInt32());
                foreach (var fact in page.GetProperty("items").EnumerateArray().Where(item => Text(item, "type")!.StartsWith("Reader", StringComparison.Ordinal)).Select(item => item.GetProperty("fact")))
                {
                    var id = Text(fact, "id")!;
                    if (!newest.TryGetValue(id, out var known) || known.GetProperty("version").GetInt64() < fact.GetProperty("version").GetInt64())
                    {
                        newest[id] = fact;
                    }
                }
            }
        }

        return newest;
    }

    private async Task UntilAsync(string path, Func<HttpStatusCode, JsonElement, bool> isRight, string expected, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var last = "nothing"; ;)
        {
            try
            {
                using var answer = await gateway.GetAsync(new Uri(path, UriKind.Relative), cancellation);
                last = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}";
                if (answer.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json"
                    && isRight(answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation)))
                {
                    return;
                }
            }
            catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
            {
                last = problem.Message;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"{path}: expected {expected}, but it answers {last}");
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }

    private static string? Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;
}
