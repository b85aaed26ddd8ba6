using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Bench;

/// <summary>Counts messages and how long each was on its way: its data is the clock at which it was published.</summary>
public sealed class Deliveries
{
    private readonly ConcurrentQueue<long> ticks = new();

    public async Task TakeAsync(HttpContext context)
    {
        using var envelope = await JsonDocument.ParseAsync(context.Request.Body);
        var data = envelope.RootElement.GetProperty("data");
        if (data.TryGetProperty("at", out var at))
        {
            ticks.Enqueue(Stopwatch.GetTimestamp() - at.GetInt64());
        }
    }

    /// <summary>"count p50 p99" in ticks, and forgets.</summary>
    public Task TellAsync(HttpContext context)
    {
        var all = new List<long>();
        while (ticks.TryDequeue(out var tick))
        {
            all.Add(tick);
        }

        all.Sort();
        long At(double share) => all.Count == 0 ? 0 : all[Math.Min(all.Count - 1, (int)(all.Count * share))];
        return context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{all.Count} {At(0.5)} {At(0.99)}"));
    }
}
