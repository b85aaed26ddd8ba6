namespace Library.Contracts;

/// <summary>
/// Says how far one place of a service's outbox has been published: all below <see cref="Published"/> is out. <see cref="Latest"/> has the newest
/// number of each topic, so that a view of some of them can tell that it has seen the last one. A place that goes quiet says so once.
/// </summary>
[NamesNoPerson]
public sealed record PlacePublished(int Place, long Published, DateTimeOffset At, bool Quiet, IReadOnlyDictionary<string, long> Latest)
{
    public static string TopicOf(string appId) => $"{appId}.place-published";
}
