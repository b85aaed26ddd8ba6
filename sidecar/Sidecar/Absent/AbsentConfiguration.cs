using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Http;
using Sidecar.Json;
using Sidecar.Protos;

namespace Sidecar.Absent;

/// <summary>Configuration stores.</summary>
internal sealed class AbsentConfiguration(KnownComponents known, bool hasApp)
{
    private const string Group = "configuration";
    private static readonly string[] Versions = ["v1.0", "v1.0-alpha1"];

    public IEnumerable<ApiRoute> Routes =>
        from version in Versions
        from route in new ApiRoute[]
        {
            new("GET", version, "configuration/{store}", Group, GetAsync),
            new("GET", version, "configuration/{store}/subscribe", Group, SubscribeAsync),
            new("GET", version, "configuration/{store}/{id}/unsubscribe", Group, UnsubscribeAsync),
        }
        select route;

    public void Register(GrpcMethods methods)
    {
        foreach (var stage in new[] { "", "Alpha1" })
        {
            methods.Unary<GetConfigurationRequest, GetConfigurationResponse>(
                GrpcMethods.Dapr + "GetConfiguration" + stage,
                GetConfigurationRequest.Parser,
                (request, _) => throw GrpcErrors.Rich(Missing(request.StoreName) ?? GetFailed(request.Keys, request.StoreName)));
            methods.Streaming(GrpcMethods.Dapr + "SubscribeConfiguration" + stage, async call =>
            {
                var request = await call.ReadOnlyAsync(SubscribeConfigurationRequest.Parser);
                throw GrpcErrors.Rich(Missing(request.StoreName) ?? SubscribeFailed(request.Keys, request.StoreName));
            });
            methods.Unary(
                GrpcMethods.Dapr + "UnsubscribeConfiguration" + stage,
                UnsubscribeConfigurationRequest.Parser,
                (request, _) => ValueTask.FromResult(new UnsubscribeConfigurationResponse { Message = UnsubscribeFailed(request.Id, "subscription does not exist") }));
        }
    }

    private ValueTask GetAsync(HttpCall call) => throw Missing(call["store"]) ?? GetFailed(Keys(call), call["store"]);

    private ValueTask SubscribeAsync(HttpCall call)
    {
        if (Missing(call["store"]) is { } missing)
        {
            throw missing;
        }

        throw hasApp
            ? SubscribeFailed(Keys(call), call["store"])
            : new ApiException(500, GrpcCode.Internal, "ERR_APP_CHANNEL_NIL", "app channel is not initialized. cannot subscribe to configuration updates");
    }

    private async ValueTask UnsubscribeAsync(HttpCall call)
    {
        if (Missing(call["store"]) is { } missing)
        {
            throw missing;
        }

        var json = new GoJsonWriter();
        json.BeginObject();
        json.Property("message", UnsubscribeFailed(call["id"], KnownComponents.Reason));
        json.EndObject();
        await call.Json(json.ToArray(), 500);
    }

    private static IEnumerable<string> Keys(HttpCall call) => GoUrl.ParseQuery(call.RawQuery).Where(pair => pair.Key == "key").Select(pair => pair.Value);

    /// <summary>Null for a store that is configured. Its status differs from that of other missing stores, and so does gRPC's.</summary>
    private ApiException? Missing(string store)
    {
        if (known.Configurations.Count == 0)
        {
            return new(500, GrpcCode.FailedPrecondition, "ERR_CONFIGURATION_STORE_NOT_CONFIGURED", "configuration stores not configured");
        }

        return known.Configurations.Contains(store)
            ? null
            : new(400, GrpcCode.InvalidArgument, "ERR_CONFIGURATION_STORE_NOT_FOUND", $"configuration store {store} not found");
    }

    private static ApiException GetFailed(IEnumerable<string> keys, string store) => new(
        500, GrpcCode.Internal, "ERR_CONFIGURATION_GET", $"failed to get [{string.Join(' ', keys)}] from Configuration store {store}: {KnownComponents.Reason}");

    private static ApiException SubscribeFailed(IEnumerable<string> keys, string store) => new(
        500,
        GrpcCode.InvalidArgument,
        "ERR_CONFIGURATION_SUBSCRIBE",
        $"failed to subscribe [{string.Join(' ', keys)}] from Configuration store {store}: {KnownComponents.Reason}");

    private static string UnsubscribeFailed(string id, string reason) => $"failed to unsubscribe to configuration request {id}: {reason}";
}
