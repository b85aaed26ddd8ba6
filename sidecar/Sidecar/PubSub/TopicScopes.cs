namespace Sidecar.PubSub;

/// <summary>Which topics of a broker one app may use, as the metadata of the component says.</summary>
public sealed class TopicScopes
{
    private readonly HashSet<string> allowed;
    private readonly HashSet<string> guarded;
    private readonly HashSet<string> publishing;
    private readonly HashSet<string> subscribing;

    private TopicScopes(string appId, IReadOnlyDictionary<string, string> metadata)
    {
        allowed = Topics(Setting(metadata, "allowedTopics"));
        guarded = Topics(Setting(metadata, "protectedTopics"));
        publishing = OfApp(appId, Setting(metadata, "publishingScopes"));
        subscribing = OfApp(appId, Setting(metadata, "subscriptionScopes"));
    }

    public static TopicScopes Unlimited { get; } = new("", BrokerMessage.Empty);

    public static TopicScopes Of(string appId, IReadOnlyDictionary<string, string> metadata) => new(appId, metadata);

    public bool MayPublish(string topic) => May(topic, publishing);

    public bool MaySubscribe(string topic) => May(topic, subscribing);

    /// <summary>An app without a list of its own may use every topic that is allowed and not protected.</summary>
    private bool May(string topic, HashSet<string> own)
    {
        if (allowed.Count > 0 && !allowed.Contains(topic))
        {
            return false;
        }

        return own.Count == 0 ? !guarded.Contains(topic) : own.Contains(topic);
    }

    private static string Setting(IReadOnlyDictionary<string, string> metadata, string name)
    {
        foreach (var (key, value) in metadata)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value.Replace(" ", "", StringComparison.Ordinal);
            }
        }

        return "";
    }

    private static HashSet<string> Topics(string list) => list.Length == 0 ? [] : new(list.Split(','), StringComparer.Ordinal);

    /// <summary>app1=topic1,topic2;app2=topic3. An app with nothing behind its sign may use only the topic without a name, which is none.</summary>
    private static HashSet<string> OfApp(string appId, string scopes)
    {
        var topics = new HashSet<string>(StringComparer.Ordinal);
        foreach (var app in scopes.Split(';'))
        {
            if (app.Split('=') is [var id, var list, ..] && id == appId)
            {
                topics.UnionWith(list.Split(','));
            }
        }

        return topics;
    }
}
