using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Dapr.Client;
using Library.Contracts;
using Library.Defaults.Hosting;
using Library.Defaults.Stores;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Library.Defaults.Outbox;

/// <summary>Sends committed entries, several at a time, each until the broker has taken it or the place is lost.</summary>
internal sealed partial class Publisher(
    DaprClient client, PublishedStates states, IOptions<OutboxOptions> options, TimeProvider time, ILogger<Publisher> log) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _slots = new(options.Value.InFlight);
    private readonly CancellationTokenSource _stopping = new();
    private int _waiting;
    private bool _isDisposed;

    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Ends when it is out. Without content the aggregate's published state of now is sent.</summary>
    public async Task Publish(Place place, long number, Entry entry, ReadOnlyMemory<byte> content)
    {
        var body = Interlocked.Increment(ref _waiting) <= options.Value.Remembered ? content : default;
        await _slots.WaitAsync(_stopping.Token);
        try
        {
            for (var wait = TimeSpan.FromMilliseconds(50); !place.IsLost; wait = wait < Longest ? wait * 2 : wait)
            {
                try
                {
                    await Send(place.Index, number, entry, body);
                    place.Sent(entry.Topic!, number);
                    return;
                }
                catch (Exception exception) when (!_stopping.IsCancellationRequested)
                {
                    LogFailed(entry.Topic!, place.Index, number, wait, exception.InnerException?.Message ?? exception.Message);
                }

                await Task.Delay(wait, time, _stopping.Token);
            }
        }
        finally
        {
            _slots.Release();
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Says once more what was said before; nothing is kept of it.</summary>
    public Task Repeat(Announcement said, CancellationToken cancellation) =>
        Send(said.Topic, said.Body, Described(said.Identity, said.Type, Activity.Current?.Id), cancellation);

    /// <summary>Says something of this moment, which is worth nothing later.</summary>
    public Task Mention<T>(string topic, T message, CancellationToken cancellation) => Send(topic, StoredJson.Bytes(message), [], cancellation);

    /// <summary>What is not out yet is for the next holder.</summary>
    public void Stop()
    {
        if (!_isDisposed)
        {
            _stopping.Cancel();
        }
    }

    public void Dispose()
    {
        Stop();
        _isDisposed = true;
        _stopping.Dispose();
        _slots.Dispose();
    }

    /// <summary>A fact is sent with its position; a message that tells of no aggregate as it is.</summary>
    internal static ReadOnlyMemory<byte> Message(int place, long number, Entry entry, ReadOnlyMemory<byte> content)
    {
        if (entry.Key is null)
        {
            return content;
        }

        var message = new ArrayBufferWriter<byte>(content.Length + 128);
        using var json = new Utf8JsonWriter(message, new JsonWriterOptions { Encoder = StoredJson.Options.Encoder, SkipValidation = true });
        json.WriteStartObject();
        json.WritePropertyName("position"u8);
        JsonSerializer.Serialize(json, new Position(place, number, entry.At), StoredJson.Options);
        json.WritePropertyName("fact"u8);
        json.WriteRawValue(content.Span, skipInputValidation: true);
        json.WriteEndObject();
        json.Flush();
        return message.WrittenMemory;
    }

    private async Task Send(int place, long number, Entry entry, ReadOnlyMemory<byte> content)
    {
        if (content.IsEmpty)
        {
            content = await states.Of(entry, _stopping.Token);
        }

        var metadata = Described(entry.Identity!, entry.Type!, entry.Traceparent);
        await Send(entry.Topic!, Message(place, number, entry, content), metadata, _stopping.Token);
    }

    private static Dictionary<string, string> Described(string identity, string type, string? trace)
    {
        var metadata = new Dictionary<string, string> { ["cloudevent.id"] = identity, ["cloudevent.type"] = type };
        if (trace is not null)
        {
            metadata["cloudevent.traceparent"] = trace;
        }

        return metadata;
    }

    private async Task Send(string topic, ReadOnlyMemory<byte> message, Dictionary<string, string> metadata, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(CommandStore.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        await client.PublishByteEventAsync(ServiceNames.PubSub, topic, message, "application/json", metadata, both.Token);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Publishing to {Topic} from outbox place {Place}, number {Number}, failed; again in {Wait}: {Reason}")]
    private partial void LogFailed(string topic, int place, long number, TimeSpan wait, string reason);
}
