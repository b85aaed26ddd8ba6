namespace Sidecar.Bindings;

/// <summary>The app that events of bindings are for, whatever it speaks.</summary>
internal interface IBindingApp
{
    Task<bool> WantsAsync(InputBinding binding, CancellationToken cancellation);

    /// <summary>Throws a <see cref="BindingException"/> when the app did not take it.</summary>
    ValueTask DeliverAsync(InputBinding binding, BindingEvent @event, CancellationToken cancellation);
}

/// <summary>An event that the app did not take.</summary>
public sealed class BindingException(string message, Exception? inner = null) : Exception(message, inner);
