#nullable disable
namespace Dapr.AspNetCore;

/// <summary>Many messages of a topic.</summary>
public class BulkSubscribeMessage<TValue>
{
    /// <summary>No messages yet.</summary>
    public BulkSubscribeMessage()
    {
    }

    /// <summary>Messages of a topic.</summary>
    public BulkSubscribeMessage(List<BulkSubscribeMessageEntry<TValue>> entries, string topic, Dictionary<string, string> metadata)
    {
        Entries = entries;
        Topic = topic;
        Metadata = metadata;
    }

    /// <summary>The messages.</summary>
    public List<BulkSubscribeMessageEntry<TValue>> Entries { get; set; } = [];

    /// <summary>The topic.</summary>
    public string Topic { get; set; }

    /// <summary>What the broker told.</summary>
    public Dictionary<string, string> Metadata { get; set; } = [];
}

/// <summary>One of many messages.</summary>
public class BulkSubscribeMessageEntry<TValue>
{
    /// <summary>An empty message.</summary>
    public BulkSubscribeMessageEntry()
    {
    }

    /// <summary>A message.</summary>
    public BulkSubscribeMessageEntry(string entryId, string contentType, Dictionary<string, string> metadata, TValue eventData)
    {
        EntryId = entryId;
        ContentType = contentType;
        Metadata = metadata;
        Event = eventData;
    }

    /// <summary>By which the answer refers to it.</summary>
    public string EntryId { get; set; }

    /// <summary>Its content type.</summary>
    public string ContentType { get; set; }

    /// <summary>What the broker told.</summary>
    public Dictionary<string, string> Metadata { get; set; } = [];

    /// <summary>The message: a <see cref="BulkMessageModel{TValue}"/>, or raw.</summary>
    public TValue Event { get; set; }
}

/// <summary>A message in its envelope.</summary>
public class BulkMessageModel<TValue>
{
    /// <summary>An empty message.</summary>
    public BulkMessageModel()
    {
    }

    /// <summary>A message.</summary>
    public BulkMessageModel(string id, string source, string type, string specversion, string datacontenttype, TValue data)
    {
        Id = id;
        Source = source;
        Type = type;
        Specversion = specversion;
        Datacontenttype = datacontenttype;
        Data = data;
    }

    /// <summary>The message's id.</summary>
    public string Id { get; set; }

    /// <summary>Who published it.</summary>
    public string Source { get; set; }

    /// <summary>What kind of message it is.</summary>
    public string Type { get; set; }

    /// <summary>The version of the envelope.</summary>
    public string Specversion { get; set; }

    /// <summary>The content type of the data.</summary>
    public string Datacontenttype { get; set; }

    /// <summary>The data.</summary>
    public TValue Data { get; set; }
}
