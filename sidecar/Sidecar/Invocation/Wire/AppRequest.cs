namespace Sidecar.Invocation.Wire;

/// <summary>A request to an HTTP app as it goes onto the wire.</summary>
internal sealed record AppRequest(string Verb, Uri Server, string Target, HeaderFields Fields, ByteSource Body)
{
    /// <summary>Bytes of the body, when the caller announced some.</summary>
    public long? Length { get; init; }

    /// <summary>
    /// A GET, HEAD, DELETE or OPTIONS of unknown length has no body at all when nothing comes; other verbs then have an empty one
    /// in chunks, even where the caller announced zero bytes. Apps see that of daprd.
    /// </summary>
    public bool MayLackBody => Verb is "GET" or "HEAD" or "DELETE" or "OPTIONS";

    public string Url => $"{Server.Scheme}://{Server.Authority}{Target}";
}

/// <summary>Carries requests to HTTP servers.</summary>
internal interface IAppTransport : IDisposable
{
    /// <summary>Throws in the words of Go's client, without the verb and the address in front.</summary>
    ValueTask<InvokeAnswer> SendAsync(AppRequest request, CancellationToken cancellation);
}

/// <summary>A request that got no answer, in the words of Go's HTTP client.</summary>
internal sealed class TransportException(string message, Exception? inner = null) : IOException(message, inner);
