using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Google.Protobuf;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos;

namespace Sidecar.Testing.Tests;

/// <summary>A service that does what a test tells it, over either protocol.</summary>
internal sealed class Caller(TestService service, HttpClient http, GrpcChannel? grpc) : IAsyncDisposable
{
    private const string Dapr = "/dapr.proto.runtime.v1.Dapr/";

    public TestService Service => service;

    public static async Task<Caller> Start(TestSidecar sidecar, bool isGrpc)
    {
        var service = await sidecar.Run(_ => { }, _ => { });
        var configuration = service.Services.GetRequiredService<IConfiguration>();
        return new Caller(
            service,
            new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{configuration["DAPR_HTTP_PORT"]}") },
            isGrpc ? new GrpcChannel(new Uri($"http://127.0.0.1:{configuration["DAPR_GRPC_PORT"]}"), 4 * 1024 * 1024, TimeProvider.System) : null);
    }

    public async Task<GrpcCode> Save(string key, string value, string? etag = null, string store = Notebook.Store, CancellationToken? cancellation = null)
    {
        if (grpc is null)
        {
            return await Post($"/v1.0/state/{store}", new[] { new { key, value, etag } }, cancellation);
        }

        var item = new StateItem { Key = key, Value = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(value)) };
        if (etag is not null)
        {
            item.Etag = new Etag { Value = etag };
        }

        return await Unary(Call.SaveState, new SaveStateRequest { StoreName = store, States = { item } }, cancellation);
    }

    public Task<GrpcCode> Publish(string topic, string text, string id = "")
    {
        if (grpc is null)
        {
            return Post($"/v1.0/publish/pubsub/{topic}?metadata.cloudevent.id={id}", text);
        }

        var request = new PublishEventRequest { PubsubName = "pubsub", Topic = topic, Data = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(text)), DataContentType = "application/json" };
        request.Metadata.Add("cloudevent.id", id);
        return Unary(Call.PublishEvent, request);
    }

    public async Task<GrpcCode> Post<T>(string path, T body, CancellationToken? cancellation = null)
    {
        try
        {
            using var answer = await http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, cancellation ?? TestContext.Current.CancellationToken);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK or HttpStatusCode.NoContent => GrpcCode.Ok,
                HttpStatusCode.Conflict => GrpcCode.Aborted,
                _ => GrpcCode.Internal,
            };
        }
        catch (HttpRequestException)
        {
            return GrpcCode.Unavailable;
        }
    }

    public async Task<GrpcCode> Unary<TRequest>(string method, TRequest request, CancellationToken? cancellation = null)
        where TRequest : class, IMessage<TRequest>
    {
        try
        {
            await grpc!.UnaryAsync(Dapr + method, request, Google.Protobuf.WellKnownTypes.Empty.Parser, default, cancellation ?? TestContext.Current.CancellationToken);
            return GrpcCode.Ok;
        }
        catch (GrpcException refused)
        {
            return refused.Code;
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        grpc?.Dispose();
        await service.DisposeAsync();
    }
}
