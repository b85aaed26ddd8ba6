namespace Dapr.Client;

/// <summary>What of a bulk publish failed.</summary>
public class BulkPublishResponse<TValue>(List<BulkPublishResponseFailedEntry<TValue>> failedEntries)
{
    /// <summary>The events that were not published; empty if all were.</summary>
    public List<BulkPublishResponseFailedEntry<TValue>> FailedEntries { get; } = failedEntries;
}

/// <summary>An event that was not published.</summary>
public class BulkPublishResponseFailedEntry<TValue>(BulkPublishEntry<TValue> entry, string errorMessage)
{
    /// <summary>The event.</summary>
    public BulkPublishEntry<TValue> Entry { get; } = entry;

    /// <summary>Why.</summary>
    public string ErrorMessage { get; } = errorMessage;
}

/// <summary>One of many events.</summary>
public class BulkPublishEntry<TValue>(string entryId, TValue eventData, string contentType, IReadOnlyDictionary<string, string>? metadata = null)
{
    /// <summary>The event's number in its call.</summary>
    public string EntryId { get; } = entryId;

    /// <summary>The data.</summary>
    public TValue EventData { get; } = eventData;

    /// <summary>The data's content type.</summary>
    public string ContentType { get; } = contentType;

    /// <summary>What the broker is told.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; } = metadata;
}
