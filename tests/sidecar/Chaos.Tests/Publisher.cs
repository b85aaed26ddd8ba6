using System.Net;
using System.Text;
using System.Text.Json;

namespace Chaos.Tests;

/// <summary>
/// A client that publishes numbers, each until it is acknowledged, then saves it, until that is acknowledged. It goes no faster than it
/// is told, so that there is a middle in which things can be killed.
/// </summary>
internal sealed class Publisher(int http, int count, int perSecond) : IDisposable
{
    private const int Workers = 8;
    private const int Page = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{http}"), Timeout = TimeSpan.FromSeconds(20) };
    private int last = -1;
    private int acknowledged;
    private int refused;

    public int Acknowledged => Volatile.Read(ref acknowledged);

    public int Refused => refused;

    public string LastRefusal { get; private set; } = "none";

    public Task RunAsync(CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        return Task.WhenAll(Enumerable.Range(0, Workers).Select(async _ =>
        {
            while (Interlocked.Increment(ref last) is var number && number < count)
            {
                var early = TimeSpan.FromSeconds((double)number / perSecond) - TimeProvider.System.GetElapsedTime(started);
                await Task.Delay(early > TimeSpan.Zero ? early : TimeSpan.Zero, TimeProvider.System, cancellation);
                await PublishAsync(number, cancellation);
                await UntilAsync(HttpStatusCode.NoContent, "/v1.0/state/store", $$"""[{"key":"n{{number}}","value":{{number}}}]""", cancellation);
                Interlocked.Increment(ref acknowledged);
            }
        }));
    }

    public Task<string> PublishAsync(int number, CancellationToken cancellation) =>
        UntilAsync(HttpStatusCode.NoContent, "/v1.0/publish/pubsub/numbers", $$"""{"number":{{number}}}""", cancellation);

    /// <summary>The numbers that are not there, or not as they were saved.</summary>
    public async Task<List<int>> UnsavedAsync(CancellationToken cancellation)
    {
        var unsaved = Enumerable.Range(0, count).ToHashSet();
        foreach (var page in Enumerable.Range(0, count).Chunk(Page))
        {
            var keys = string.Join(',', page.Select(number => $"\"n{number}\""));
            using var found = JsonDocument.Parse(await UntilAsync(HttpStatusCode.OK, "/v1.0/state/store/bulk", $$"""{"keys":[{{keys}}]}""", cancellation));
            foreach (var item in found.RootElement.EnumerateArray())
            {
                if (item.TryGetProperty("data", out var data) && item.GetProperty("key").GetString() == $"n{data.GetInt32()}")
                {
                    unsaved.Remove(data.GetInt32());
                }
            }
        }

        return [.. unsaved.Order()];
    }

    public void Dispose() => client.Dispose();

    private async Task<string> UntilAsync(HttpStatusCode good, string path, string body, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content, cancellation);
                var text = await answer.Content.ReadAsStringAsync(cancellation);
                if (answer.StatusCode == good)
                {
                    return text;
                }

                LastRefusal = $"{path}: {(int)answer.StatusCode} {text}";
            }
            catch (Exception problem) when (problem is HttpRequestException or IOException || (problem is TaskCanceledException && !cancellation.IsCancellationRequested))
            {
                LastRefusal = $"{path}: {problem.Message}";
            }

            Interlocked.Increment(ref refused);
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }
}
