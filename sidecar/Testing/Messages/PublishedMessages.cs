using System.Collections;

namespace Sidecar.Testing;

/// <summary>What was published to one topic, in order, and what will be.</summary>
public sealed class PublishedMessages : IReadOnlyList<PublishedMessage>
{
    private readonly Ledger<PublishedMessage> all;
    private readonly string topic;

    internal PublishedMessages(Ledger<PublishedMessage> all, string topic) => (this.all, this.topic) = (all, topic);

    public int Count => Mine.Count();

    public PublishedMessage this[int index] => Mine.ElementAt(index);

    private IEnumerable<PublishedMessage> Mine => all.Where(message => message.Topic == topic);

    /// <summary>The first so many, as soon as there are so many; throws <see cref="TimeoutException"/> when there are not in time.</summary>
    public Task<IReadOnlyList<PublishedMessage>> First(int count, TimeSpan? within = null) =>
        all.Wait<IReadOnlyList<PublishedMessage>>(() => [.. this.Take(count)], some => some.Count == count, within);

    /// <summary>The first of that kind, as soon as there is one.</summary>
    public async Task<PublishedMessage> First(Func<PublishedMessage, bool>? wanted = null, TimeSpan? within = null) =>
        (await all.Wait(() => this.Where(wanted ?? (static _ => true)).Take(1).ToList(), some => some.Count == 1, within))[0];

    public IEnumerator<PublishedMessage> GetEnumerator() => Mine.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
