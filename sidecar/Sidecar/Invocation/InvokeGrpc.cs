using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Invocation;

/// <summary>Invocation over the gRPC API: one message each way, and an error for every status that is no success.</summary>
public sealed class InvokeGrpc(Invoker invoker, Tracer tracer)
{
    public void Register(GrpcMethods methods) =>
        methods.Unary("/dapr.proto.runtime.v1.Dapr/InvokeService", InvokeServiceRequest.Parser, InvokeAsync);

    private async ValueTask<InvokeResponse> InvokeAsync(InvokeServiceRequest asked, GrpcCall call)
    {
        var message = asked.Message ?? new Protos.InvokeRequest();
        var request = new InvokeRequest
        {
            Method = message.Method,
            Verb = message.HttpExtension is { } extension ? GrpcFields.Verb(extension.Verb) : null,
            Query = message.HttpExtension?.Querystring ?? "",
            ContentType = message.ContentType,
            TypeUrl = message.Data?.TypeUrl ?? "",
            Metadata = GrpcFields.Of(call.Context.Request),
            IsGrpc = true,
            Body = new BytesSource(message.Data?.Value.Memory ?? default),
        };
        await request.BufferAsync(call.Cancellation);
        try
        {
            return await invoker.PolicyOf(asked.Id, request).RunAsync(
                static (state, token) => state.Item1.TryAsync(state.Id, state.request, state.call, token), (this, asked.Id, request, call), call.Cancellation);
        }
        catch (Exception problem) when (problem is InvocationException or StreamTooLargeException)
        {
            throw InvocationException.Answer(asked.Id, problem);
        }
        catch (Exception problem) when (problem is TimeoutException or CircuitOpenException)
        {
            throw InvocationException.OfPolicy(problem);
        }
    }

    private async ValueTask<InvokeResponse> TryAsync(string appId, InvokeRequest request, GrpcCall call, CancellationToken cancellation)
    {
        request.Rewind();
        await using var answer = await invoker.InvokeAsync(appId, request, cancellation);
        var body = await answer.Body.ReadAllAsync(cancellation);
        WriteMetadata(answer, call);
        if (answer.IsHttp)
        {
            call.ResponseHeaders["dapr-http-status"] = answer.Status.ToString(CultureInfo.InvariantCulture);
            if (answer.Status is < 200 or > 299)
            {
                throw GrpcErrors.OfHttp(answer.Status, System.Text.Encoding.UTF8.GetString(body.Span));
            }
        }
        else if (answer.Status != (int)GrpcCode.Ok)
        {
            var status = new Protos.Rpc.Status { Code = answer.Status, Message = answer.StatusMessage };
            status.Details.AddRange(answer.StatusDetails);
            throw new GrpcException((GrpcCode)answer.Status, answer.StatusMessage, answer.StatusDetails.Count > 0 ? status : null);
        }

        return new InvokeResponse
        {
            Data = new Any { Value = UnsafeByteOperations.UnsafeWrap(body), TypeUrl = answer.TypeUrl },
            ContentType = answer.ContentType,
        };
    }

    private void WriteMetadata(InvokeAnswer answer, GrpcCall call)
    {
        ForwardedFields.CopyEndToEnd(answer.Headers, (call, answer.IsHttp), static (to, name, values) =>
        {
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                GrpcFields.Copy(name, values, to.IsHttp, to.call.ResponseHeaders, static (headers, lower, value) => headers.Append(lower, value));
            }
        });
        foreach (var (name, value) in GrpcFields.ToMetadata(tracer.Current))
        {
            call.ResponseHeaders[name] = value;
        }

        if (!answer.IsHttp && answer.Trailers is { } trailers)
        {
            GrpcFields.Copy(trailers, isHttp: false, call.Trailers, static (to, name, value) => to.Append(name, value));
        }
    }
}
