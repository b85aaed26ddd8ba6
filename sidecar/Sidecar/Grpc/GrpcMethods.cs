using Google.Protobuf;
using Sidecar.Configuration;

namespace Sidecar.Grpc;

/// <summary>A method whose messages the handler reads and writes itself, in any number and order.</summary>
public delegate ValueTask GrpcHandler(GrpcCall call);

/// <summary>A method with one message each way.</summary>
public delegate ValueTask<TResponse> UnaryHandler<in TRequest, TResponse>(TRequest request, GrpcCall call);

/// <summary><see cref="IsStreaming"/> calls may stay silent for as long as they like.</summary>
public sealed record GrpcMethod(string Path, GrpcHandler Handler, bool IsStreaming)
{
    /// <summary>Between sidecars of one app: no span, no metric, no line in the log.</summary>
    public bool IsInternal { get; init; }
}

/// <summary>The methods of one server, by path: /package.Service/Method.</summary>
public sealed class GrpcMethods
{
    /// <summary>The service that apps talk to.</summary>
    public const string Dapr = "/dapr.proto.runtime.v1.Dapr/";

    private readonly Dictionary<string, GrpcMethod> byPath = new(StringComparer.Ordinal);

    public IEnumerable<string> Paths => byPath.Keys;

    public void Unary<TRequest, TResponse>(string path, MessageParser<TRequest> parser, UnaryHandler<TRequest, TResponse> handler, bool isInternal = false)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        byPath.Add(
            path,
            new GrpcMethod(path, async call => call.Answer(await handler(await call.ReadOnlyAsync(parser), call)), IsStreaming: false) { IsInternal = isInternal });

    /// <summary>Messages flow one way or both ways for as long as the call lasts.</summary>
    public void Streaming(string path, GrpcHandler handler, bool isInternal = false) =>
        byPath.Add(path, new GrpcMethod(path, handler, IsStreaming: true) { IsInternal = isInternal });

    /// <summary>Methods that configuration takes away answer that they are not available.</summary>
    public void Restrict(Predicate<string> allows)
    {
        foreach (var (path, method) in byPath.Where(entry => !allows(entry.Key)).ToList())
        {
            byPath[path] = method with { Handler = _ => throw GrpcErrors.OfHttp(501, ApiAccess.NotAvailable) };
        }
    }

    public GrpcMethod? Find(string path) => byPath.GetValueOrDefault(path);
}
