namespace Dapr.AspNetCore;

/// <summary>What became of many messages.</summary>
public class BulkSubscribeAppResponse(List<BulkSubscribeAppResponseEntry> statuses)
{
    /// <summary>What became of each.</summary>
    public List<BulkSubscribeAppResponseEntry> Statuses { get; } = statuses;
}

/// <summary>What became of one of many messages.</summary>
public class BulkSubscribeAppResponseEntry(string entryId, BulkSubscribeAppResponseStatus status)
{
    /// <summary>The message.</summary>
    public string EntryId { get; } = entryId;

    /// <summary>The status in words.</summary>
    public string Status { get; } = status.ToString();
}

/// <summary>What became of one of many messages.</summary>
public enum BulkSubscribeAppResponseStatus
{
    /// <summary>It was handled.</summary>
    SUCCESS,

    /// <summary>It is to come again.</summary>
    RETRY,

    /// <summary>It is not to come again.</summary>
    DROP,
}
