using Sidecar.Invocation;
using Sidecar.Json;
using Sidecar.PubSub.Delivery;
using Sidecar.Resiliency;

namespace Sidecar.PubSub.Subscriptions;

/// <summary>Asks an app that speaks HTTP what it subscribes to.</summary>
internal sealed class HttpSubscriptions(AppChannel channel, string appId, int bodyLimit, Policy retries, ILogger log)
{
    /// <summary>Throws <see cref="SubscriptionException"/> when the app cannot be asked or answers what nobody understands.</summary>
    public async Task<IReadOnlyList<SubscriptionSpec>> LoadAsync(CancellationToken cancellation)
    {
        try
        {
            await using var answer = await retries.RunAsync(AskAsync, cancellation);
            switch (answer.Status)
            {
                case 200:
                    return WithRoutes(SubscriptionReply.Read(await AppAnswer.ReadAsync(answer, bodyLimit, cancellation)));
                case 404:
                    log.LogDebug("user app did not subscribe to any topic");
                    return [];
                default:
                    log.LogError("app returned http status code {Status} from subscription endpoint", answer.Status);
                    return [];
            }
        }
        catch (Exception problem) when (problem is GoJsonException or InvocationException or TimeoutException)
        {
            throw new SubscriptionException($"error getting topics from app: {problem.Message}", problem);
        }
    }

    private async ValueTask<InvokeAnswer> AskAsync(CancellationToken cancellation)
    {
        var fields = new HeaderFields(1);
        fields.Append("Dapr-App-Id", appId);
        return await channel.InvokeAsync(
            new InvokeRequest { Method = "dapr/subscribe", Verb = "GET", ContentType = "application/json", Metadata = fields, Body = ByteSource.Empty }, null, cancellation);
    }

    private List<SubscriptionSpec> WithRoutes(List<SubscriptionSpec> subscriptions)
    {
        subscriptions.RemoveAll(subscription =>
        {
            if (subscription.Routes.Count > 0)
            {
                return false;
            }

            log.LogWarning("topic {Topic} has an empty routes. removing from subscriptions list", subscription.Topic);
            return true;
        });
        return subscriptions;
    }
}
