using System.Text;
using Sidecar.Http;
using Sidecar.Json;

namespace Sidecar.Metadata;

public sealed class MetadataHttp(MetadataApi api)
{
    public IEnumerable<ApiRoute> Routes =>
    [
        new("GET", "v1.0", "metadata", "metadata", ReadAsync) { IsPublic = true },
        new("PUT", "v1.0", "metadata/{key}", "metadata", SetAsync) { IsPublic = true },
    ];

    private ValueTask ReadAsync(HttpCall call) => call.Json(Body(api.Read()));

    private async ValueTask SetAsync(HttpCall call)
    {
        api.Set(call["key"], Encoding.UTF8.GetString((await call.ReadBodyAsync()).Span));
        call.Empty();
    }

    private static GoJsonWriter Body(SidecarMetadata metadata)
    {
        var json = new GoJsonWriter();
        json.BeginObject();
        json.Property("id", metadata.Id);
        json.Property("runtimeVersion", SidecarMetadata.RuntimeVersion);
        Strings(json, "enabledFeatures", metadata.EnabledFeatures);
        List(json, "actors", metadata.Workflows?.ActorTypes ?? [], WriteActor);
        List(json, "components", metadata.Components, WriteComponent);
        json.Name("extended");
        json.Map(metadata.Extended);
        List(json, "subscriptions", metadata.Subscriptions, WriteSubscription);
        List(json, "httpEndpoints", metadata.HttpEndpoints, WriteName);
        WriteApp(json, metadata.App);
        WriteActorRuntime(json, metadata.Workflows);
        List(json, "resiliencies", metadata.Resiliencies, WriteName);
        json.EndObject();
        return json;
    }

    private static void WriteActorRuntime(GoJsonWriter json, WorkflowInfo? workflows)
    {
        json.Name("actorRuntime");
        json.BeginObject();
        json.Property("runtimeStatus", workflows is null ? "DISABLED" : "RUNNING");
        List(json, "activeActors", workflows?.ActorTypes ?? [], WriteActor);
        json.Property("hostReady", value: workflows is not null);
        json.Property("placement", workflows is null ? "placement: disconnected" : "placement: connected");
        json.EndObject();
        if (workflows is { ConnectedWorkers: > 0 and var workers })
        {
            json.Name("workflows");
            json.BeginObject();
            json.Property("connectedWorkers", workers);
            json.EndObject();
        }
    }

    private static void WriteActor(GoJsonWriter json, string type) => json.Property("type", type);

    private static void WriteComponent(GoJsonWriter json, ComponentInfo component)
    {
        json.Property("name", component.Name);
        json.Property("type", component.Type);
        Text(json, "version", component.Version);
        Strings(json, "capabilities", component.Capabilities);
    }

    private static void WriteSubscription(GoJsonWriter json, SubscriptionInfo subscription)
    {
        json.Property("pubsubname", subscription.PubSub);
        json.Property("topic", subscription.Topic);
        json.Property("deadLetterTopic", subscription.DeadLetterTopic);
        if (subscription.Metadata is { Count: > 0 })
        {
            json.Name("metadata");
            json.Map(subscription.Metadata);
        }

        List(json, "rules", subscription.Rules, WriteRule);
        json.Property("type", subscription.Kind.ToString().ToUpperInvariant());
    }

    private static void WriteRule(GoJsonWriter json, RuleInfo rule)
    {
        Text(json, "match", rule.Match);
        Text(json, "path", rule.Path);
    }

    private static void WriteName(GoJsonWriter json, string name) => json.Property("name", name);

    private static void WriteApp(GoJsonWriter json, AppConnection app)
    {
        json.Name("appConnectionProperties");
        json.BeginObject();
        Number(json, "port", app.Port);
        Text(json, "protocol", app.Protocol);
        Text(json, "channelAddress", app.ChannelAddress);
        Number(json, "maxConcurrency", app.MaxConcurrency);
        if (app.Health is { } health)
        {
            json.Name("health");
            json.BeginObject();
            Text(json, "healthCheckPath", health.Path);
            Text(json, "healthProbeInterval", health.Interval);
            Text(json, "healthProbeTimeout", health.Timeout);
            Number(json, "healthThreshold", health.Threshold);
            json.EndObject();
        }

        json.EndObject();
    }

    private static void List<T>(GoJsonWriter json, string name, IReadOnlyList<T> items, Action<GoJsonWriter, T> write)
    {
        if (items.Count == 0)
        {
            return;
        }

        json.Name(name);
        json.BeginArray();
        foreach (var item in items)
        {
            json.BeginObject();
            write(json, item);
            json.EndObject();
        }

        json.EndArray();
    }

    private static void Strings(GoJsonWriter json, string name, IReadOnlyList<string> items)
    {
        if (items.Count == 0)
        {
            return;
        }

        json.Name(name);
        json.BeginArray();
        foreach (var item in items)
        {
            json.String(item);
        }

        json.EndArray();
    }

    private static void Text(GoJsonWriter json, string name, string value)
    {
        if (value.Length > 0)
        {
            json.Property(name, value);
        }
    }

    private static void Number(GoJsonWriter json, string name, int value)
    {
        if (value != 0)
        {
            json.Property(name, value);
        }
    }
}
