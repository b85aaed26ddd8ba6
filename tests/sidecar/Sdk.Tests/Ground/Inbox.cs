using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Sdk.Tests.Ground;

/// <summary>What an app was sent, by the place it came to.</summary>
public sealed class Inbox
{
    private readonly ConcurrentDictionary<string, Channel<Arrival>> places = new(StringComparer.Ordinal);

    public void Add(string place, Arrival arrival) => At(place).Writer.TryWrite(arrival);

    public async Task<Arrival> NextAsync(string place)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Rig.Patience);
        return await At(place).Reader.ReadAsync(limit.Token);
    }

    public bool IsEmpty(string place) => At(place).Reader.Count == 0;

    private Channel<Arrival> At(string place) => places.GetOrAdd(place, _ => Channel.CreateUnbounded<Arrival>());
}

public sealed record Arrival(string Body, string? ContentType, IReadOnlyDictionary<string, string> Headers);
