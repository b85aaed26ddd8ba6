using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos;
using Sidecar.Resiliency;

namespace Sidecar.PubSub.Subscriptions;

/// <summary>Asks an app that speaks gRPC what it subscribes to.</summary>
internal sealed class GrpcSubscriptions(GrpcChannel channel, string? token, Policy retries, ILogger log)
{
    private const string Method = "/dapr.proto.runtime.v1.AppCallback/ListTopicSubscriptions";

    /// <summary>Throws <see cref="SubscriptionException"/> when the app cannot be asked.</summary>
    public async Task<IReadOnlyList<SubscriptionSpec>> LoadAsync(CancellationToken cancellation)
    {
        try
        {
            var answer = await retries.RunAsync(AskAsync, cancellation);
            return answer.Subscriptions.Select(Spec).ToList();
        }
        catch (Exception problem) when (problem is GrpcException or TimeoutException)
        {
            throw new SubscriptionException($"error getting topic list from app: {problem.Message}", problem);
        }
    }

    private async ValueTask<ListTopicSubscriptionsResponse> AskAsync(CancellationToken cancellation)
    {
        var options = new GrpcCallOptions { Metadata = token is null ? null : [new("dapr-api-token", token)] };
        try
        {
            return (await channel.UnaryAsync(Method, new Empty(), ListTopicSubscriptionsResponse.Parser, options, cancellation)).Message;
        }
        catch (GrpcException problem) when (problem.Code == GrpcCode.Unimplemented)
        {
            log.LogInformation("pubsub subscriptions: gRPC app does not implement ListTopicSubscriptions");
            return new ListTopicSubscriptionsResponse();
        }
    }

    /// <summary>An app that names no route has one without a name.</summary>
    private static SubscriptionSpec Spec(TopicSubscription subscription)
    {
        var routes = new List<RouteSpec>();
        if (subscription.Routes is { } named)
        {
            routes.AddRange(named.Rules.Select(rule => new RouteSpec(rule.Match, rule.Path)));
            if (named.Default.Length > 0)
            {
                routes.Add(new("", named.Default));
            }
        }

        if (routes.Count == 0)
        {
            routes.Add(new("", ""));
        }

        return new SubscriptionSpec(subscription.PubsubName, subscription.Topic)
        {
            Metadata = subscription.Metadata,
            Routes = routes,
            DeadLetterTopic = subscription.DeadLetterTopic,
            BulkSubscribe = subscription.BulkSubscribe is { } bulk ? new(bulk.Enabled, bulk.MaxMessagesCount, bulk.MaxAwaitDurationMs) : null,
        };
    }
}
