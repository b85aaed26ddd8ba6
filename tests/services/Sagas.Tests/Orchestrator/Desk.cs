using Library.Contracts;
using Library.Defaults.Stores;
using Library.Sagas.Participant;
using Sidecar.Testing;

namespace Sagas.Tests.Orchestrator;

/// <summary>All participants of trips in one: does each command by the rules of a participant, as often as it comes, and refuses what the test says.</summary>
internal sealed class Desk : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Undoes = new() { [CancelFlight.Topic] = BookFlight.Topic, [CancelHotel.Topic] = BookHotel.Topic };
    private static readonly string[] Topics = [BookFlight.Topic, BookHotel.Topic, Pay.Topic, SendTickets.Topic, CancelFlight.Topic, CancelHotel.Topic];

    private readonly TestSidecar _sidecar;
    private readonly HashSet<string> _refused;
    private readonly Dictionary<string, StepRecord> _records = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    public Desk(TestSidecar sidecar, params string[] refused)
    {
        (_sidecar, _refused) = (sidecar, [.. refused]);
        _work = Task.WhenAll(Topics.Select(topic => Task.Run(() => Serve(topic))));
    }

    /// <summary>How often each thing was really done: "flights.book t1".</summary>
    public List<string> Effects { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task Serve(string topic)
    {
        for (var seen = 0; !_stop.IsCancellationRequested;)
        {
            var messages = _sidecar.Published(topic);
            if (messages.Count == seen)
            {
                await Task.WhenAny(messages.First(seen + 1, TimeSpan.FromMinutes(5)), Task.Delay(Timeout.InfiniteTimeSpan, _stop.Token));
                continue;
            }

            foreach (var message in messages.Skip(seen).ToList())
            {
                seen++;
                await _sidecar.Send("pubsub", Agency.Replies, Answer(topic, message.Read<Order>(StoredJson.Options)));
            }
        }
    }

    private Reply Answer(string topic, Order order)
    {
        lock (_records)
        {
            var (isUndo, key) = (Undoes.ContainsKey(topic), $"{Undoes.GetValueOrDefault(topic, topic)} {order.SagaId}");
            var record = _records.GetValueOrDefault(key, StepRecord.Nothing);
            var verdict = isUndo ? record.OnUndo(order.Attempt) : record.OnAction(order.Attempt);
            var outcome = verdict.Outcome;
            if (verdict.IsTried)
            {
                outcome = _refused.Contains(topic) ? StepOutcome.OfRefusal(order.Attempt, [new Reason("no", "No.")]) : StepOutcome.OfSuccess(order.Attempt, $"{topic} {order.SagaId}", 1);
                if (outcome.Done)
                {
                    Effects.Add($"{topic} {order.SagaId}");
                }
            }

            if (verdict.IsNoted)
            {
                _records[key] = isUndo ? record.AfterUndo(outcome!) : record.AfterAction(outcome!);
            }

            return new Reply(topic, order.SagaId, order.Step, order.Attempt, outcome!.Done, outcome.Id, outcome.Version, outcome.Reasons);
        }
    }

    private sealed record Order(string SagaId, string Step, int Attempt);
}
