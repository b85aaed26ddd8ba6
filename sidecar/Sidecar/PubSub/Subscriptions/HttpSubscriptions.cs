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
            using var answer = await retries.RunAsync(AskAsync, cancellation);
            switch ((int)answer.StatusCode)
            {
                case 200:
                    return WithRoutes(SubscriptionReply.Read(await AppAnswer.ReadAsync(answer, bodyLimit, cancellation)));
                case 404:
                    log.LogDebug("user app did not subscribe to any topic");
                    return [];
                default:
                    log.LogError("app returned http status code {Status} from subscription endpoint", (int)answer.StatusCode);
                    return [];
            }
        }
        catch (Exception problem) when (problem is GoJsonException or HttpRequestException or TimeoutException)
        {
            throw new SubscriptionException($"error getting topics from app: {problem.Message}", problem);
        }
    }

    private async ValueTask<HttpResponseMessage> AskAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(channel.Address, "/dapr/subscribe"));
        request.Headers.TryAddWithoutValidation("Dapr-App-Id", appId);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        return await channel.SendAsync(request, cancellation);
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
