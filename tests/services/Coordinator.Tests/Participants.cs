using System.Collections.Concurrent;
using System.Text.Json;
using Library.Contracts;
using Library.Contracts.Readers;
using Library.Contracts.Users;
using Library.Defaults.Stores;
using Sidecar.Testing;

namespace Coordinator.Tests;

/// <summary>Who does the steps, as far as the coordinator can see: each command is answered as the test says, else with done.</summary>
internal sealed class Participants : IAsyncDisposable
{
    private static readonly string[] Topics =
    [
        CreateReader.Topic, CancelReader.Topic, ConfirmReader.Topic, EraseReader.Topic,
        CreateUser.Topic, CancelUser.Topic, ActivateUser.Topic, DisableUser.Topic, EnableUser.Topic, EraseUser.Topic,
    ];

    private readonly ConcurrentDictionary<string, Func<JsonElement, Reply?>> _answers = new();
    private readonly CancellationTokenSource _end = new();
    private readonly TestSidecar _sidecar;
    private readonly Task _work;

    public Participants(TestSidecar sidecar)
    {
        _sidecar = sidecar;
        _work = Task.WhenAll(Topics.Select(Work));
    }

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<string> Ordered(string sagaId) => [.. _sidecar.Published().Where(message => Topics.Contains(message.Topic) && message.Text.Contains(sagaId, StringComparison.Ordinal)).Select(message => message.Topic)];

    public void Refuse(string topic, params Reason[] reasons) => _answers[topic] = command => ReplyTo(topic, command, reasons);

    public void Silent(string topic) => _answers[topic] = _ => null;

    public static Reply ReplyTo(string topic, JsonElement command, IReadOnlyList<Reason>? refused = null) => new(
        topic, Text(command, "sagaId"), Text(command, "step"), command.GetProperty("attempt").GetInt32(), refused is null,
        refused is null ? Text(command, topic.StartsWith("readers.", StringComparison.Ordinal) ? "readerId" : "userId") : null, refused is null ? 1 : null, refused);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work.ContinueWith(_ => { }, TaskScheduler.Default);
        _end.Dispose();
    }

    private static string Text(JsonElement command, string member) => command.GetProperty(member).GetString()!;

    private async Task Work(string topic)
    {
        for (var count = 1; ; count++)
        {
            var message = (await _sidecar.Published(topic).First(count, Timeout.InfiniteTimeSpan).WaitAsync(_end.Token))[count - 1];
            var command = JsonElement.Parse(message.Text);
            if ((_answers.GetValueOrDefault(topic) ?? (one => ReplyTo(topic, one)))(command) is { } reply)
            {
                await _sidecar.Send("pubsub", Text(command, "replyTo"), JsonSerializer.SerializeToUtf8Bytes(reply, StoredJson.Options));
            }
        }
    }
}
