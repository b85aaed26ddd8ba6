using Google.Protobuf;

namespace Dapr.Client;

public abstract partial class DaprClient
{
    private const string UseProxy = "Use gRPC through the sidecar's proxy.";

    /// <summary>Calls a method of an app that speaks gRPC.</summary>
    [Obsolete(UseProxy)]
    public abstract Task InvokeMethodGrpcAsync(string appId, string methodName, CancellationToken cancellationToken = default);

    /// <summary>Calls a method of an app that speaks gRPC, with a message.</summary>
    [Obsolete(UseProxy)]
    public abstract Task InvokeMethodGrpcAsync<TRequest>(string appId, string methodName, TRequest data, CancellationToken cancellationToken = default)
        where TRequest : IMessage;

    /// <summary>Calls a method of an app that speaks gRPC and reads its answer.</summary>
    [Obsolete(UseProxy)]
    public abstract Task<TResponse> InvokeMethodGrpcAsync<TResponse>(string appId, string methodName, CancellationToken cancellationToken = default)
        where TResponse : IMessage, new();

    /// <summary>Calls a method of an app that speaks gRPC, with a message, and reads its answer.</summary>
    [Obsolete(UseProxy)]
    public abstract Task<TResponse> InvokeMethodGrpcAsync<TRequest, TResponse>(string appId, string methodName, TRequest data, CancellationToken cancellationToken = default)
        where TRequest : IMessage
        where TResponse : IMessage, new();
}
