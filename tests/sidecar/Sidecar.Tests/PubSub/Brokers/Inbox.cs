using System.Text;
using System.Threading.Channels;
using Sidecar.PubSub;

namespace Sidecar.Tests.PubSub.Brokers;

/// <summary>A handler that writes down what arrives, then reacts as the test wants.</summary>
internal sealed class Inbox(Func<BrokerMessage, CancellationToken, ValueTask>? reaction = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Channel<BrokerMessage> arrived = Channel.CreateUnbounded<BrokerMessage>();

    public bool IsEmpty => arrived.Reader.Count == 0;

    public async ValueTask HandleAsync(BrokerMessage message, CancellationToken cancellation)
    {
        arrived.Writer.TryWrite(message);
        if (reaction is not null)
        {
            await reaction(message, cancellation);
        }
    }

    public async Task<BrokerMessage> NextAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        return await arrived.Reader.ReadAsync(limit.Token);
    }

    public async Task<string> NextTextAsync() => Encoding.UTF8.GetString((await NextAsync()).Data.Span);
}

internal static class Message
{
    public static BrokerMessage Of(string topic, string text, params (string Name, string Value)[] metadata) => new(topic, Encoding.UTF8.GetBytes(text))
    {
        Metadata = metadata.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal),
    };

    public static string Text(this BrokerMessage message) => Encoding.UTF8.GetString(message.Data.Span);
}
