namespace Sidecar.PubSub.Sqlite;

/// <summary>What waits for the writer.</summary>
internal sealed class SqliteWork
{
    public List<Publication> Publications { get; } = [];

    public List<Opening> Openings { get; } = [];

    public List<long> Acknowledgements { get; } = [];

    public List<SqliteQueue> Loads { get; } = [];

    public bool IsUrgent => Publications.Count + Openings.Count + Loads.Count > 0;

    public bool ChangesTheFile => Publications.Count + Openings.Count + Acknowledgements.Count > 0;

    public void Clear()
    {
        Publications.Clear();
        Openings.Clear();
        Acknowledgements.Clear();
        Loads.Clear();
    }

    public void Fail(Exception failure)
    {
        Publications.ForEach(publication => publication.TrySetException(failure));
        Openings.ForEach(opening => opening.TrySetException(failure));
    }
}

/// <summary>A message on its way to disk; done when it is there.</summary>
internal sealed class Publication(BrokerMessage message, byte[]? metadata, long expires) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public BrokerMessage Message { get; } = message;

    public byte[]? Metadata { get; } = metadata;

    public long Expires { get; } = expires;
}

/// <summary>Asks for the queue of a consumer and topic, which from then on is remembered.</summary>
internal sealed class Opening(string consumer, string topic) : TaskCompletionSource<SqliteQueue>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public (string Consumer, string Topic) Key { get; } = (consumer, topic);
}
