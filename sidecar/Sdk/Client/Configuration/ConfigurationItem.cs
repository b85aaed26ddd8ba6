#nullable disable
namespace Dapr.Client;

/// <summary>An item of a configuration store.</summary>
public class ConfigurationItem(string value, string version, IReadOnlyDictionary<string, string> metadata)
{
    /// <summary>The value.</summary>
    public string Value { get; } = value;

    /// <summary>The value's version.</summary>
    public string Version { get; } = version;

    /// <summary>What the component told.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; } = metadata;
}

/// <summary>Items by their keys.</summary>
public class GetConfigurationResponse(IReadOnlyDictionary<string, ConfigurationItem> configMap)
{
    /// <summary>The items.</summary>
    public IReadOnlyDictionary<string, ConfigurationItem> Items { get; } = configMap;
}

/// <summary>A subscription to changes.</summary>
public class SubscribeConfigurationResponse(ConfigurationSource source)
{
    /// <summary>The subscription, known once its first answer was read.</summary>
    public string Id => source.Id;

    /// <summary>Its answers: an empty one first, then the items that changed.</summary>
    public IAsyncEnumerable<IDictionary<string, ConfigurationItem>> Source => source;
}

/// <summary>Answers of a subscription.</summary>
public abstract class ConfigurationSource : IAsyncEnumerable<IDictionary<string, ConfigurationItem>>
{
    /// <summary>The subscription.</summary>
    public abstract string Id { get; }

    /// <inheritdoc/>
    public abstract IAsyncEnumerator<IDictionary<string, ConfigurationItem>> GetAsyncEnumerator(CancellationToken cancellationToken = default);
}

/// <summary>Whether a subscription was ended.</summary>
public class UnsubscribeConfigurationResponse(bool ok, string message)
{
    /// <summary>Whether it was.</summary>
    public bool Ok { get; } = ok;

    /// <summary>Why not.</summary>
    public string Message { get; } = message;
}
