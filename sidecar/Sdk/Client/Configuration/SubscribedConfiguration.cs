using Dapr.Wire;

namespace Dapr.Client;

/// <summary>Changes as the sidecar streams them. They can be read once.</summary>
internal sealed class SubscribedConfiguration(WireStream<Protos.SubscribeConfigurationResponse> stream) : ConfigurationSource
{
    private string id = "";

    public override string Id => id;

    public override async IAsyncEnumerator<IDictionary<string, ConfigurationItem>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var open = stream;
        await using var leaving = cancellationToken.Register(open.Cancel);
        while (await open.ReadAsync() is { } answer)
        {
            id = answer.Id;
            yield return GrpcDaprClient.ItemsOf(answer.Items);
        }
    }
}
