namespace Sidecar.Bindings;

/// <summary>A component that calls the app by itself, such as a clock.</summary>
public interface IInputBinding : IAsyncDisposable
{
    Task InitAsync(CancellationToken cancellation);

    /// <summary>Calls <paramref name="handler"/> for each event until the returned reading is disposed.</summary>
    Task<IAsyncDisposable> ReadAsync(BindingHandler handler, CancellationToken cancellation);
}

public delegate ValueTask BindingHandler(BindingEvent @event, CancellationToken cancellation);

public sealed record BindingEvent(ReadOnlyMemory<byte> Data, IReadOnlyDictionary<string, string> Metadata);
