using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Library.Contracts;
using Library.Contracts.Readers;

namespace Library.Chaos.Tests;

/// <summary>What was acknowledged of one reader. One without a name was cancelled.</summary>
internal sealed record Expected(string? Name, string Email, long Version);

/// <summary>
/// Creates, confirms, cancels and changes readers, no faster than it is told, and remembers all that was acknowledged: for a message that the
/// broker took it, for a change that it was answered with 200.
/// </summary>
internal sealed class Readership(CoordinatorStandIn coordinator, HttpClient gateway, int commands, int perSecond)
{
    private const int Workers = 24;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly ConcurrentDictionary<string, Expected> _expected = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _cancelled = new();
    private int _taken;
    private int _acknowledged;
    private int _refused;

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    public int Refused => _refused;

    public IReadOnlyDictionary<string, Expected> Expected => _expected;

    public IReadOnlyCollection<string> Cancelled => _cancelled;

    public Task RunAsync(CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        return Task.WhenAll(Enumerable.Range(0, Workers).Select(async _ =>
        {
            while (Acknowledged < commands)
            {
                var early = TimeSpan.FromSeconds((double)Acknowledged / perSecond) - TimeProvider.System.GetElapsedTime(started);
                await Task.Delay(early > TimeSpan.Zero ? early : TimeSpan.Zero, TimeProvider.System, cancellation);
                await OneAsync(Interlocked.Increment(ref _taken), cancellation);
            }
        }));
    }

    /// <summary>Every fifth is undone again, every third other one moves to another address.</summary>
    private async Task OneAsync(int number, CancellationToken cancellation)
    {
        var id = Guid.CreateVersion7().ToString();
        var email = $"reader{number}@chaos.example";
        await OrderAsync(CreateReader.Topic, new CreateReader($"saga-{id}", "create-reader", 1, CoordinatorStandIn.Replies, id, $"Reader {number}", email), cancellation);
        if (number % 5 == 0)
        {
            await OrderAsync(CancelReader.Topic, new CancelReader($"saga-{id}", "create-reader", 2, CoordinatorStandIn.Replies, id), cancellation, awaits: false);
            _cancelled.Enqueue(id);
            return;
        }

        var confirmed = await OrderAsync(ConfirmReader.Topic, new ConfirmReader($"saga-{id}", "confirm-reader", 1, CoordinatorStandIn.Replies, id), cancellation);
        _expected[id] = new Expected($"Reader {number}", email, confirmed.Version!.Value);
        if (number % 3 == 0)
        {
            var moved = $"moved{number}@chaos.example";
            _expected[id] = new Expected($"Moved {number}", moved, await ChangeAsync(id, new { name = $"Moved {number}", email = moved }, cancellation));
        }
    }

    private async Task<Reply> OrderAsync<TCommand>(string topic, TCommand command, CancellationToken cancellation, bool awaits = true)
        where TCommand : ICommand
    {
        await coordinator.Send(topic, command, cancellation);
        Interlocked.Increment(ref _acknowledged);
        if (!awaits)
        {
            return new Reply(topic, command.SagaId, command.Step, command.Attempt, Done: true);
        }

        var reply = await coordinator.Answer(command, cancellation);
        Assert.True(reply.Done, $"{topic} was refused: {string.Join(", ", (reply.Reasons ?? []).Select(reason => reason.Sentence))}");
        return reply;
    }

    private async Task<long> ChangeAsync(string id, object change, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        var key = Guid.CreateVersion7().ToString();
        for (var refusal = "nothing"; ;)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri($"/api/readers/{id}", UriKind.Relative)) { Content = JsonContent.Create(change) };
                request.Headers.Add("Idempotency-Key", key);
                using var answer = await gateway.SendAsync(request, cancellation);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    Interlocked.Increment(ref _acknowledged);
                    return (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation)).GetProperty("version").GetInt64();
                }

                refusal = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}";
                Assert.True((int)answer.StatusCode is >= 500 or 409 or 429, refusal);
            }
            catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
            {
                refusal = problem.Message;
            }

            Interlocked.Increment(ref _refused);
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"a change is refused for {Patience.TotalSeconds} s: {refusal}");
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }
}
