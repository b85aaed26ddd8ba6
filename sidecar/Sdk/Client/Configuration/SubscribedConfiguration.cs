namespace Dapr.Client;

/// <summary>Changes as the sidecar streams them.</summary>
internal sealed class SubscribedConfiguration(Func<CancellationToken, IAsyncEnumerable<Protos.SubscribeConfigurationResponse>> open, CancellationToken subscriber) : ConfigurationSource
{
    private string id = "";

    public override string Id => id;

    public override async IAsyncEnumerator<IDictionary<string, ConfigurationItem>> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(subscriber, cancellationToken);
        await foreach (var answer in open(both.Token))
        {
            id = answer.Id;
            yield return GrpcDaprClient.ItemsOf(answer.Items);
        }
    }
}
