using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Invocation.Wire;

/// <summary>An app that speaks gRPC: a call is its AppCallback/OnInvoke, in one message each way.</summary>
internal sealed class GrpcApp(GrpcChannel channel, string? appToken) : IApp
{
    private const string OnInvoke = "/dapr.proto.runtime.v1.AppCallback/OnInvoke";
    private const string HealthCheck = "/dapr.proto.runtime.v1.AppCallbackHealthCheck/HealthCheck";

    public async ValueTask<InvokeAnswer> InvokeAsync(InvokeRequest request, Span? span, CancellationToken cancellation)
    {
        var message = await MessageAsync(request, cancellation);
        var options = new GrpcCallOptions { Metadata = Metadata(request, span) };
        try
        {
            var reply = await channel.UnaryAsync(OnInvoke, message, Protos.InvokeResponse.Parser, options, cancellation);
            return new InvokeAnswer
            {
                Status = (int)GrpcCode.Ok,
                Headers = GrpcFields.Of(reply.Headers),
                Trailers = GrpcFields.Of(reply.Trailers),
                ContentType = reply.Message.Data?.TypeUrl is { Length: > 0 } ? "application/x-protobuf" : reply.Message.ContentType,
                TypeUrl = reply.Message.Data?.TypeUrl ?? "",
                Body = new BytesSource(reply.Message.Data?.Value.Memory ?? default),
            };
        }
        catch (GrpcException refusal)
        {
            return new InvokeAnswer
            {
                Status = (int)refusal.Code,
                StatusMessage = refusal.Message,
                StatusDetails = [.. refusal.Details?.Details ?? []],
                Headers = GrpcFields.Of(refusal.Headers),
                Trailers = GrpcFields.Of(refusal.Trailers),
                Body = ByteSource.Empty,
            };
        }
    }

    public static async Task ProbeAsync(GrpcChannel channel, CancellationToken cancellation) =>
        await channel.UnaryAsync(HealthCheck, new Empty(), Protos.HealthCheckResponse.Parser, default, cancellation);

    public void Dispose()
    {
        // The channel belongs to whoever made it.
    }

    private static async ValueTask<Protos.InvokeRequest> MessageAsync(InvokeRequest request, CancellationToken cancellation)
    {
        var body = await request.Body.ReadAllAsync(cancellation);
        var message = new Protos.InvokeRequest
        {
            Method = request.Method,
            ContentType = request.ContentType,
            Data = new Any { Value = UnsafeByteOperations.UnsafeWrap(body), TypeUrl = request.TypeUrl },
        };
        if (request.Verb is not null)
        {
            message.HttpExtension = new Protos.HTTPExtension { Verb = GrpcFields.Verb(request.Verb), Querystring = request.Query };
        }

        return message;
    }

    private List<KeyValuePair<string, string>> Metadata(InvokeRequest request, Span? span)
    {
        var metadata = GrpcFields.ToMetadata(request.Metadata, isHttp: !request.IsGrpc, span);
        if (appToken is not null)
        {
            metadata.RemoveAll(static field => field.Key == AppToken.Header);
            metadata.Add(new(AppToken.Header, appToken));
        }

        return metadata;
    }
}
