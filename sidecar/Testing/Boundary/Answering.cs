using System.Text;
using Microsoft.AspNetCore.Http;
using Sidecar.Grpc;

namespace Sidecar.Testing.Boundary;

/// <summary>Tells a caller what the sidecar said, or that it failed.</summary>
internal static class Answering
{
    public static Task WriteAsync(HttpContext context, bool isGrpc, CallAnswer? answer, Failure failure) =>
        answer is not null ? Relay.WriteAsync(context, answer)
        : isGrpc ? FailGrpc(context, failure)
        : FailHttpAsync(context, failure);

    private static Task FailGrpc(HttpContext context, Failure failure)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers[GrpcStatus.CodeHeader] = GrpcStatus.Number(failure.GrpcCode);
        context.Response.Headers[GrpcStatus.MessageHeader] = GrpcStatus.Escape(failure.Message);
        return Task.CompletedTask;
    }

    private static async Task FailHttpAsync(HttpContext context, Failure failure)
    {
        if (failure.HttpStatus is not { } status)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($$"""{"errorCode":"{{failure.Name}}","message":"{{failure.Message}}"}"""), context.RequestAborted);
    }
}
