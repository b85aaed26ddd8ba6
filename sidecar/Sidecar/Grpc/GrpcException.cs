using System.Net.Http.Headers;
using Sidecar.Errors;

namespace Sidecar.Grpc;

/// <summary>What a peer answered instead of a message, or why no answer came. Thrown on by a handler, it is passed on as it is.</summary>
public sealed class GrpcException(GrpcCode code, string message, Protos.Rpc.Status? details = null, Exception? inner = null)
    : Exception(message, inner)
{
    public GrpcCode Code { get; } = code;

    public Protos.Rpc.Status? Details { get; } = details;

    /// <summary>The peer was not there at all, so it has done nothing.</summary>
    public bool IsUnreached => InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    public HttpResponseHeaders? Headers { get; init; }

    public HttpResponseHeaders? Trailers { get; init; }
}
