using Dapr.Wire;
using Google.Protobuf.Collections;

namespace Dapr.Client;

internal sealed partial class GrpcDaprClient
{
    private const string GetConfigurationFailed = "GetConfiguration operation failed: the Dapr endpoint indicated a failure. See InnerException for details.";
    private static readonly WireMethod<Protos.GetConfigurationResponse> Get = new("/dapr.proto.runtime.v1.Dapr/GetConfiguration", Protos.GetConfigurationResponse.Parser);
    private static readonly WireMethod<Protos.SubscribeConfigurationResponse> Subscribe = new("/dapr.proto.runtime.v1.Dapr/SubscribeConfiguration", Protos.SubscribeConfigurationResponse.Parser);
    private static readonly WireMethod<Protos.UnsubscribeConfigurationResponse> Unsubscribe = new("/dapr.proto.runtime.v1.Dapr/UnsubscribeConfiguration", Protos.UnsubscribeConfigurationResponse.Parser);

    public override async Task<GetConfigurationResponse> GetConfiguration(string storeName, IReadOnlyList<string> keys, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        var request = new Protos.GetConfigurationRequest { StoreName = storeName };
        request.Keys.AddRange(keys ?? []);
        Fill(request.Metadata, metadata);
        var answer = await AskAsync(Get, request, GetConfigurationFailed, cancellationToken);
        return new GetConfigurationResponse(ItemsOf(answer.Items));
    }

    public override Task<SubscribeConfigurationResponse> SubscribeConfiguration(string storeName, IReadOnlyList<string> keys, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        var request = new Protos.SubscribeConfigurationRequest { StoreName = storeName };
        request.Keys.AddRange(keys ?? []);
        Fill(request.Metadata, metadata);
        return Task.FromResult(new SubscribeConfigurationResponse(new SubscribedConfiguration(channel.Open(Subscribe, request, fields, cancellationToken))));
    }

    public override async Task<UnsubscribeConfigurationResponse> UnsubscribeConfiguration(string storeName, string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(id);
        var answer = await channel.AskAsync(Unsubscribe, new Protos.UnsubscribeConfigurationRequest { StoreName = storeName, Id = id }, fields, cancellationToken);
        return new UnsubscribeConfigurationResponse(answer.Ok, answer.Message);
    }

    internal static Dictionary<string, ConfigurationItem> ItemsOf(MapField<string, Protos.ConfigurationItem> items) =>
        items.ToDictionary(item => item.Key, item => new ConfigurationItem(item.Value.Value, item.Value.Version, Copy(item.Value.Metadata)), StringComparer.Ordinal);
}
