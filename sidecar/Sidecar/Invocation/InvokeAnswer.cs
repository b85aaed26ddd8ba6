using Google.Protobuf.WellKnownTypes;

namespace Sidecar.Invocation;

/// <summary>What an app answered. Whoever has it disposes it, and with it the app's connection or the place in its queue.</summary>
public sealed record InvokeAnswer : IAsyncDisposable
{
    /// <summary>A status of HTTP from 100, a code of gRPC below.</summary>
    public required int Status { get; init; }

    public string StatusMessage { get; init; } = "";

    public IReadOnlyList<Any> StatusDetails { get; init; } = [];

    public required HeaderFields Headers { get; init; }

    public HeaderFields? Trailers { get; init; }

    public string ContentType { get; init; } = "";

    public string TypeUrl { get; init; } = "";

    public required ByteSource Body { get; init; }

    /// <summary>Server-sent events that the app's own sidecar passes on: status and headers go out as the app gave them.</summary>
    public bool IsDirectEvents { get; init; }

    public bool IsHttp => Status >= 100;

    public ValueTask DisposeAsync() => Body.DisposeAsync();
}
