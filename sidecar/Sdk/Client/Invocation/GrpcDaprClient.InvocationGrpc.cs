using Dapr.Wire;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Dapr.Client;

internal sealed partial class GrpcDaprClient
{
    private const string GrpcContentType = "application/grpc";
    private static readonly WireMethod<Protos.InvokeResponse> InvokeService = new("/dapr.proto.runtime.v1.Dapr/InvokeService", Protos.InvokeResponse.Parser);

    [Obsolete("As declared.")]
    public override Task InvokeMethodGrpcAsync(string appId, string methodName, CancellationToken cancellationToken = default) =>
        InvokeServiceAsync(appId, methodName, null, cancellationToken);

    [Obsolete("As declared.")]
    public override Task InvokeMethodGrpcAsync<TRequest>(string appId, string methodName, TRequest data, CancellationToken cancellationToken = default) =>
        InvokeServiceAsync(appId, methodName, data, cancellationToken);

    [Obsolete("As declared.")]
    public override async Task<TResponse> InvokeMethodGrpcAsync<TResponse>(string appId, string methodName, CancellationToken cancellationToken = default) =>
        Unpack<TResponse>(await InvokeServiceAsync(appId, methodName, null, cancellationToken));

    [Obsolete("As declared.")]
    public override async Task<TResponse> InvokeMethodGrpcAsync<TRequest, TResponse>(string appId, string methodName, TRequest data, CancellationToken cancellationToken = default) =>
        Unpack<TResponse>(await InvokeServiceAsync(appId, methodName, data, cancellationToken));

    private async Task<Protos.InvokeResponse> InvokeServiceAsync(string appId, string methodName, IMessage? data, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(appId);
        ArgumentException.ThrowIfNullOrEmpty(methodName);
        var message = new Protos.InvokeRequest { Method = methodName };
        if (data is not null)
        {
            message.Data = Any.Pack(data);
            message.ContentType = GrpcContentType;
        }

        try
        {
            return await channel.AskAsync(InvokeService, new Protos.InvokeServiceRequest { Id = appId, Message = message }, fields, cancellationToken);
        }
        catch (RpcException problem)
        {
            throw new InvocationException(appId, methodName, problem);
        }
    }

    private static TResponse Unpack<TResponse>(Protos.InvokeResponse answer)
        where TResponse : IMessage, new() => answer.Data is { } data ? data.Unpack<TResponse>() : new TResponse();
}
