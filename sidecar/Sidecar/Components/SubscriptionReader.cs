using Sidecar.PubSub;
using Sidecar.PubSub.Subscriptions;

namespace Sidecar.Components;

/// <summary>Reads a document of kind Subscription: one route in v1alpha1, rules and a default in v2alpha1.</summary>
public static class SubscriptionReader
{
    public const string SecondVersion = "dapr.io/v2alpha1";

    public static SubscriptionSpec? Read(YamlMap root)
    {
        ResourceReader.Identity(root, needsName: false);
        var scopes = root.Texts("scopes");
        if (root.Map("spec") is not { } spec)
        {
            root.Problem("spec is missing");
            return null;
        }

        var subscription = new SubscriptionSpec(spec.RequiredText("pubsubname"), spec.RequiredText("topic"))
        {
            Routes = root.Text("apiVersion") == SecondVersion ? Routes(spec) : Route(spec.Text("route", "")),
            Metadata = Metadata(spec),
            DeadLetterTopic = spec.Text("deadLetterTopic", ""),
            BulkSubscribe = Bulk(spec),
            Scopes = scopes,
            Source = root.Place,
        };
        spec.NoteUnknown();
        root.NoteUnknown("apiVersion", "kind");
        return subscription;
    }

    private static List<RouteSpec> Routes(YamlMap spec)
    {
        var list = new List<RouteSpec>();
        if (spec.Map("routes") is not { } routes)
        {
            return list;
        }

        foreach (var rule in routes.Maps("rules"))
        {
            list.Add(new RouteSpec(rule.Text("match", ""), rule.RequiredText("path")));
            rule.NoteUnknown();
        }

        list.AddRange(Route(routes.Text("default", "")));
        routes.NoteUnknown();
        return list;
    }

    private static List<RouteSpec> Route(string path) => path.Length == 0 ? [] : [new RouteSpec("", path)];

    private static Dictionary<string, string> Metadata(YamlMap spec)
    {
        var values = new Dictionary<string, string>();
        if (spec.Map("metadata") is { } metadata)
        {
            foreach (var (key, _) in metadata.Entries)
            {
                values[key] = metadata.Text(key, "");
            }
        }

        return values;
    }

    private static BulkSubscribeSpec? Bulk(YamlMap spec)
    {
        if (spec.Map("bulkSubscribe") is not { } bulk)
        {
            return null;
        }

        var read = new BulkSubscribeSpec(bulk.Bool("enabled") ?? false, bulk.Whole("maxMessagesCount") ?? 0, bulk.Whole("maxAwaitDurationMs") ?? 0);
        bulk.NoteUnknown();
        return read;
    }
}
