namespace Sidecar.PubSub.Subscriptions;

/// <summary>A subscription that cannot be, or an app that could not say what it subscribes to.</summary>
public sealed class SubscriptionException(string message, Exception? inner = null) : Exception(message, inner);
