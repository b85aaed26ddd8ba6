namespace Sidecar.Invocation;

/// <summary>One call of a method of an app, wherever it came from and wherever the app is.</summary>
public sealed class InvokeRequest
{
    private ReadOnlyMemory<byte>? buffered;

    /// <summary>Decoded and without leading slash, unless it came over gRPC with one.</summary>
    public required string Method { get; set; }

    /// <summary>A verb of HTTP; NONE or null when the caller speaks gRPC and gave none.</summary>
    public required string? Verb { get; init; }

    /// <summary>As it came, without question mark.</summary>
    public string Query { get; init; } = "";

    public string ContentType { get; init; } = "";

    /// <summary>The type of a gRPC caller's data, when it gave one.</summary>
    public string TypeUrl { get; init; } = "";

    /// <summary>What the caller sent along: headers, or the metadata of gRPC.</summary>
    public required HeaderFields Metadata { get; init; }

    /// <summary>The caller speaks gRPC, so its trace comes in gRPC's own form.</summary>
    public bool IsGrpc { get; init; }

    /// <summary>The length is not known before the end: the body cannot be sent a second time, so nothing is tried again.</summary>
    public bool IsStreaming { get; init; }

    public required ByteSource Body { get; set; }

    /// <summary>The caller's fields are on it.</summary>
    public bool IsStamped { get; set; }

    /// <summary>Bytes of the body, where the caller announced them.</summary>
    public long? Length => long.TryParse(Metadata.First("Content-Length"), out var length) ? length : null;

    /// <summary>Server-sent events are asked for: they are passed on one by one and their status is not.</summary>
    public bool WantsEvents => Metadata.First("Accept").AsSpan().Trim().Equals("text/event-stream", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the body into memory, so that <see cref="Rewind"/> can give it out again.</summary>
    public async ValueTask BufferAsync(CancellationToken cancellation)
    {
        if (buffered is null)
        {
            buffered = Body is BytesSource known ? known.Bytes : await Body.ReadAllAsync(cancellation);
            await Body.DisposeAsync();
        }

        Rewind();
    }

    public void Rewind()
    {
        if (buffered is { } bytes)
        {
            Body = new BytesSource(bytes);
        }
    }
}
