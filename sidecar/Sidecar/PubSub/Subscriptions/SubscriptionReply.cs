using System.Text.Json;
using Sidecar.Json;

namespace Sidecar.PubSub.Subscriptions;

/// <summary>What an app says when it is asked over HTTP for its subscriptions.</summary>
internal static class SubscriptionReply
{
    private const string Struct = "SubscriptionJSON";

    /// <summary>Throws <see cref="GoJsonException"/>.</summary>
    public static List<SubscriptionSpec> Read(ReadOnlyMemory<byte> body)
    {
        var subscriptions = new List<SubscriptionSpec>();
        if (body.Span.TrimStart(" \t\r\n"u8).IsEmpty)
        {
            return subscriptions;
        }

        using var document = GoJson.Decode(body);
        if (document.RootElement.ValueKind == JsonValueKind.Null)
        {
            return subscriptions;
        }

        GoBinder.Require(document.RootElement, JsonValueKind.Array, "", $"[]pubsub.{Struct}");
        foreach (var item in document.RootElement.EnumerateArray())
        {
            subscriptions.Add(Subscription(item));
        }

        return subscriptions;
    }

    private static SubscriptionSpec Subscription(JsonElement item)
    {
        var (pubsub, topic, deadLetters, route, fallback) = ("", "", "", "", "");
        var rules = new List<RouteSpec>();
        IReadOnlyDictionary<string, string>? metadata = null;
        BulkSubscribeSpec? bulk = null;
        foreach (var member in Members(item, "", $"pubsub.{Struct}"))
        {
            switch (member.Name.ToLowerInvariant())
            {
                case "pubsubname":
                    pubsub = GoBinder.String(member.Value, $"{Struct}.pubsubname");
                    break;
                case "topic":
                    topic = GoBinder.String(member.Value, $"{Struct}.topic");
                    break;
                case "deadlettertopic":
                    deadLetters = GoBinder.String(member.Value, $"{Struct}.deadLetterTopic");
                    break;
                case "metadata":
                    metadata = GoBinder.Map(member.Value, $"{Struct}.metadata");
                    break;
                case "route":
                    route = GoBinder.String(member.Value, $"{Struct}.route");
                    break;
                case "routes":
                    fallback = Routes(member.Value, rules);
                    break;
                case "bulksubscribe":
                    bulk = Bulk(member.Value);
                    break;
            }
        }

        if (fallback.Length > 0 || route.Length > 0)
        {
            rules.Add(new("", fallback.Length > 0 ? fallback : route));
        }

        return new(pubsub, topic) { DeadLetterTopic = deadLetters, Metadata = metadata ?? BrokerMessage.Empty, Routes = rules, BulkSubscribe = bulk };
    }

    /// <summary>Adds the rules and returns the default.</summary>
    private static string Routes(JsonElement value, List<RouteSpec> rules)
    {
        var fallback = "";
        foreach (var member in Members(value, $"{Struct}.routes", "pubsub.RoutesJSON"))
        {
            if (member.Is("default"))
            {
                fallback = GoBinder.String(member.Value, $"{Struct}.routes.default");
            }
            else if (member.Is("rules") && member.Value.ValueKind != JsonValueKind.Null)
            {
                GoBinder.Require(member.Value, JsonValueKind.Array, $"{Struct}.routes.rules", "[]*pubsub.RuleJSON");
                foreach (var rule in member.Value.EnumerateArray())
                {
                    rules.Add(Rule(rule));
                }
            }
        }

        return fallback;
    }

    private static RouteSpec Rule(JsonElement value)
    {
        var (match, path) = ("", "");
        foreach (var member in Members(value, $"{Struct}.routes.rules", "pubsub.RuleJSON"))
        {
            if (member.Is("match"))
            {
                match = GoBinder.String(member.Value, $"{Struct}.routes.rules.match");
            }
            else if (member.Is("path"))
            {
                path = GoBinder.String(member.Value, $"{Struct}.routes.rules.path");
            }
        }

        return new(match, path);
    }

    private static BulkSubscribeSpec Bulk(JsonElement value)
    {
        var bulk = new BulkSubscribeSpec(Enabled: false);
        foreach (var member in Members(value, $"{Struct}.bulkSubscribe", "pubsub.BulkSubscribeJSON"))
        {
            if (member.Is("enabled"))
            {
                bulk = bulk with { Enabled = member.Value.ValueKind == JsonValueKind.True };
            }
            else if (member.Is("maxMessagesCount"))
            {
                bulk = bulk with { MaxMessagesCount = GoBinder.Int(member.Value, $"{Struct}.bulkSubscribe.maxMessagesCount") };
            }
            else if (member.Is("maxAwaitDurationMs"))
            {
                bulk = bulk with { MaxAwaitDurationMs = GoBinder.Int(member.Value, $"{Struct}.bulkSubscribe.maxAwaitDurationMs") };
            }
        }

        return bulk;
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement value, string field, string goType)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return default;
        }

        GoBinder.Require(value, JsonValueKind.Object, field, goType);
        return value.EnumerateObject();
    }
}
