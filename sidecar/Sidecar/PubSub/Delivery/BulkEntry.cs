namespace Sidecar.PubSub.Delivery;

/// <summary>One message of a bulk delivery, and what has become of it.</summary>
internal sealed class BulkEntry(BrokerMessage message)
{
    private readonly TaskCompletionSource settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id { get; } = Guid.NewGuid().ToString();

    public BrokerMessage Message => message;

    /// <summary>Null for a raw subscription, and before the envelope was read.</summary>
    public ReceivedEvent? Event { get; set; }

    public string ContentType { get; set; } = message.ContentType ?? "";

    /// <summary>Why it must come again.</summary>
    public Exception? Failure { get; set; }

    /// <summary>The app does not want it.</summary>
    public bool IsDropped { get; set; }

    public Task Settled => settled.Task;

    public void Settle(Exception? failure)
    {
        if (failure is null)
        {
            settled.TrySetResult();
        }
        else
        {
            settled.TrySetException(failure);
        }
    }
}
