using System.Runtime.CompilerServices;
using System.Text.Json;
using Dapr.Wire;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Dapr.Client;

/// <summary>The client as it is: gRPC for all but invocation and health, which are HTTP.</summary>
internal sealed partial class GrpcDaprClient : DaprClient
{
    private readonly WireChannel channel;
    private readonly HttpClient http;
    private readonly Uri httpEndpoint;
    private readonly string? token;
    private readonly WireFields fields;

    public GrpcDaprClient(WireChannel channel, HttpClient http, Uri httpEndpoint, JsonSerializerOptions json, string? token)
    {
        this.channel = channel;
        this.http = http;
        this.httpEndpoint = httpEndpoint;
        this.token = string.IsNullOrWhiteSpace(token) ? null : token;
        JsonSerializerOptions = json;
        fields = new WireFields(token, UserAgent().ToString());
        http.DefaultRequestHeaders.UserAgent.Add(UserAgent());
    }

    public override JsonSerializerOptions JsonSerializerOptions { get; }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            channel.Dispose();
            http.Dispose();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TResponse> AskAsync<TResponse>(WireMethod<TResponse> method, IMessage request, string failed, CancellationToken cancellation, WireFields? caller = null)
        where TResponse : class, IMessage<TResponse>
    {
        try
        {
            return await channel.AskAsync(method, request, caller ?? fields, cancellation);
        }
        catch (RpcException problem)
        {
            throw new DaprException(failed, problem);
        }
    }

    /// <summary>False when a write lost to another: its ETag was no longer the key's.</summary>
    private static async Task<bool> UnlessAbortedAsync(ValueTask<Empty> write)
    {
        try
        {
            await write;
            return true;
        }
        catch (DaprException problem) when (problem.InnerException is RpcException { StatusCode: StatusCode.Aborted })
        {
            return false;
        }
    }

    private ByteString ToJson<TValue>(TValue value) => UnsafeByteOperations.UnsafeWrap(JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions));

    private ByteString? ToJsonUnlessNull<TValue>(TValue value) => value is null ? null : ToJson(value);

    private TValue FromJson<TValue>(ByteString json, string failed)
    {
        if (json.IsEmpty)
        {
            return default!;
        }

        try
        {
            return JsonSerializer.Deserialize<TValue>(json.Span, JsonSerializerOptions)!;
        }
        catch (JsonException problem)
        {
            throw new DaprException(failed, problem);
        }
    }

    private static void Fill(MapField<string, string> map, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is not null)
        {
            foreach (var (name, value) in metadata)
            {
                map[name] = value;
            }
        }
    }

    private static Dictionary<string, string> Copy(MapField<string, string> map) => new(map, StringComparer.Ordinal);

    private static void ThrowIfEmpty<T>(IReadOnlyCollection<T> items, string name)
    {
        ArgumentNullException.ThrowIfNull(items, name);
        if (items.Count == 0)
        {
            throw new ArgumentException($"{name} do not contain any elements", name);
        }
    }
}
