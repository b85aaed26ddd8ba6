using System.Reflection;
using Library.Contracts;
using Library.Defaults.Stores;

namespace Library.Defaults.Outbox;

/// <summary>What a transaction will say once it has happened. <see cref="Key"/> is that of the aggregate's document; a reply has none.</summary>
internal sealed record Announcement(string Identity, string Topic, string Type, string? Key, long Version, bool NamesNoPerson, byte[] Body)
{
    public static Announcement Of<TFact>(string key, TFact fact)
        where TFact : IFact => new($"{fact.Id}/{fact.Version}", TFact.Topic, typeof(TFact).Name, key, fact.Version, Named<TFact>.NoPerson, StoredJson.Bytes(fact));

    public static Announcement Of<TMessage>(string topic, string identity, TMessage message)
        where TMessage : class => Named<TMessage>.NoPerson
            ? new(identity, topic, typeof(TMessage).Name, null, 0, NamesNoPerson: true, StoredJson.Bytes(message))
            : throw new ArgumentException($"{typeof(TMessage).Name} belongs to no aggregate, so it is kept as it is, and must be marked [NamesNoPerson].", nameof(message));

    private static class Named<T>
    {
        public static readonly bool NoPerson = typeof(T).GetCustomAttribute<NamesNoPersonAttribute>() is not null;
    }
}
