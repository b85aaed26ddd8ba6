namespace Sidecar.PubSub.Delivery;

/// <summary>The way to the app, in the protocol that it speaks.</summary>
internal interface IAppSender
{
    /// <summary>
    /// Throws <see cref="Resiliency.AppStatusException"/> or <see cref="DeliveryException"/> when the event must be delivered again.
    /// </summary>
    ValueTask<AppVerdict> SendAsync(OutgoingEvent outgoing, CancellationToken cancellation);

    /// <summary>Says in each entry what the app made of it, and throws when one of them has to come again.</summary>
    ValueTask SendManyAsync(OutgoingBatch batch, CancellationToken cancellation);
}

internal enum AppVerdict
{
    Handled,

    /// <summary>The app does not want it.</summary>
    Dropped,

    /// <summary>The app has nothing at the path of the route: as good as dropped.</summary>
    NotThere,

    /// <summary>A gRPC app takes no events at all: gone without a dead letter.</summary>
    NotImplemented,
}

/// <summary>An event on its way to one path of the app. Metadata is the broker's.</summary>
internal readonly record struct OutgoingEvent(string PubSub, string Topic, string Path, ReceivedEvent Event, IReadOnlyDictionary<string, string> Metadata);

/// <summary>Events on their way to one path of the app in one call.</summary>
internal sealed record OutgoingBatch(string PubSub, string Topic, string Path, bool IsRaw, IReadOnlyList<BulkEntry> Entries);

/// <summary>The app did not handle an event, or could not be reached.</summary>
public sealed class DeliveryException(string message, Exception? inner = null) : Exception(message, inner);
