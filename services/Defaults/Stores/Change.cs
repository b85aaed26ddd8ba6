using Dapr.Client;
using Library.Contracts;
using Library.Defaults.Outbox;

namespace Library.Defaults.Stores;

/// <summary>All that one command changes and says, carried out in one transaction or not at all.</summary>
public sealed class Change
{
    private readonly List<StateTransactionRequest> _operations;
    private readonly List<Announcement> _announcements;

    public Change()
        : this(null)
    {
    }

    /// <summary>Begins with what another one has.</summary>
    internal Change(Change? other) => (_operations, _announcements) = ([.. other?._operations ?? []], [.. other?._announcements ?? []]);

    internal IReadOnlyList<StateTransactionRequest> Operations => _operations;

    internal IReadOnlyList<Announcement> Announcements => _announcements;

    /// <summary>Writes the document over the one that was read, and says so with the fact.</summary>
    public Change Save<T, TFact>(Documents<T> documents, Stored<T> read, T document, TFact fact)
        where T : class
        where TFact : IFact
    {
        _operations.Add(CommandStore.Upsert(read.Key, documents.Schema.Write(document), read.ETag));
        _announcements.Add(Announcement.Of(read.Key, fact));
        return this;
    }

    /// <summary>Writes a document that nobody is told of over the one that was read.</summary>
    public Change Keep<T>(Documents<T> documents, Stored<T> read, T document)
        where T : class
    {
        _operations.Add(CommandStore.Upsert(read.Key, documents.Schema.Write(document), read.ETag));
        return this;
    }

    /// <summary>Deletes the document, if it is still the one that was read.</summary>
    public Change Remove<T>(Stored<T> read)
        where T : class => Delete(read.Key, read.ETag);

    /// <summary>Sends a message that tells of no aggregate, for instance a reply. Its identity tells a repetition from a new one.</summary>
    public Change Send<TMessage>(string topic, string identity, TMessage message)
        where TMessage : class
    {
        _announcements.Add(Announcement.Of(topic, identity, message));
        return this;
    }

    /// <summary>Of no ETag: creates it. A lifetime only lets the store tidy up; nothing is decided by it.</summary>
    internal Change Put<T>(string key, T document, string etag, TimeSpan? lifetime = null)
    {
        var operation = CommandStore.Upsert(key, StoredJson.Bytes(document), etag);
        if (lifetime is { } time)
        {
            operation.Metadata = CommandStore.Forgotten(time);
        }

        _operations.Add(operation);
        return this;
    }

    internal Change Delete(string key, string etag)
    {
        _operations.Add(CommandStore.Delete(key, etag));
        return this;
    }
}
