using System.Text.Json;
using Library.Contracts;
using Library.Defaults.Projections;
using Library.Defaults.Stores;

namespace Defaults.Tests.Projections;

public abstract record PublishedThing(string Id, long Version, string Name, string? Box, bool Gone);

public sealed record ThingMade(string Id, long Version, string Name, string? Box, bool Gone) : PublishedThing(Id, Version, Name, Box, Gone), IFact
{
    public const string Topic = "things.thing-made";

    static string IFact.Topic => Topic;
}

public sealed record ThingMoved(string Id, long Version, string Name, string? Box, bool Gone) : PublishedThing(Id, Version, Name, Box, Gone), IFact
{
    public const string Topic = "things.thing-moved";

    static string IFact.Topic => Topic;
}

public sealed record ThingView(string Id, long Version, string Name, string? Box);

internal static class Things
{
    public static ViewProjection<ThingView> Projection() => new ViewProjection<ThingView>("things", "thing-command")
        .On<ThingMade>(When)
        .On<ThingMoved>(When)
        .Listed("by-box", view => view.Box, view => view.Name);

    public static ReadFact Fact(string id, long version, string name = "n", string? box = null, bool gone = false) => version == 1
        ? new ReadFact(ThingMade.Topic, id, version, new ThingMade(id, version, name, box, gone))
        : new ReadFact(ThingMoved.Topic, id, version, new ThingMoved(id, version, name, box, gone));

    public static JsonElement Published(ReadFact fact, Position? position = null) =>
        JsonSerializer.SerializeToElement(new { position, fact = JsonSerializer.SerializeToElement(fact.Fact, fact.Fact.GetType(), StoredJson.Options) }, StoredJson.Options);

    public static ThingView? When(ThingView? view, PublishedThing fact) => fact.Gone ? null : new ThingView(fact.Id, fact.Version, fact.Name, fact.Box);
}
