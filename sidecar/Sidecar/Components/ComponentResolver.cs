using System.Text;
using Sidecar.Secrets;

namespace Sidecar.Components;

/// <summary>
/// Puts secrets, environment variables and templates into a component's settings. <paramref name="environment"/> tells the value of
/// a variable.
/// </summary>
public sealed class ComponentResolver(string appId, string @namespace, Func<string, string?> environment)
{
    /// <summary>Throws a <see cref="ComponentException"/> with everything that is missing.</summary>
    public async Task<ComponentSpec> ResolveAsync(ComponentDefinition definition, IReadOnlyDictionary<string, ISecretStore> secretStores, CancellationToken cancellation)
    {
        var faults = new List<string>();
        var values = await ResolveAsync(definition.Settings, definition.SecretStore, definition.Namespace, secretStores, faults, cancellation);
        if (faults.Count > 0)
        {
            throw new ComponentException(string.Join("; ", faults));
        }

        return new ComponentSpec(definition.Name, definition.Type, definition.Version, new ComponentMetadata(values))
        {
            IgnoreErrors = definition.IgnoreErrors,
            InitTimeout = definition.InitTimeout,
            Scopes = definition.Scopes,
            Source = $"{definition.File}:{definition.Line}",
        };
    }

    public async Task<IReadOnlyDictionary<string, string>> ResolveHeadersAsync(HttpEndpointSpec endpoint, IReadOnlyDictionary<string, ISecretStore> secretStores, CancellationToken cancellation)
    {
        var faults = new List<string>();
        var values = await ResolveAsync(endpoint.Headers, endpoint.SecretStore, endpoint.Namespace, secretStores, faults, cancellation);
        return faults.Count == 0 ? values : throw new ComponentException(string.Join("; ", faults));
    }

    private async Task<Dictionary<string, string>> ResolveAsync(
        IReadOnlyList<Setting> settings,
        string secretStore,
        string ownNamespace,
        IReadOnlyDictionary<string, ISecretStore> secretStores,
        List<string> faults,
        CancellationToken cancellation)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var fetched = new Dictionary<string, IReadOnlyDictionary<string, string>?>();
        foreach (var setting in settings)
        {
            var value = setting.Value ?? "";
            if (setting.Value is null && setting.Environment is { } variable)
            {
                value = EnvironmentReference.IsAllowed(variable, environment) ? Unquoted(environment(variable) ?? "") : "";
            }
            else if (setting.Secret is { } secret && secretStore.Length > 0)
            {
                if (!secretStores.TryGetValue(secretStore, out var store))
                {
                    faults.Add($"\"{setting.Name}\" refers to a secret, and secret store {secretStore} is not there");
                    continue;
                }

                if (!fetched.TryGetValue(secret.Name, out var found))
                {
                    fetched[secret.Name] = found = await FetchAsync(store, secretStore, secret.Name, ownNamespace, faults, cancellation);
                }

                value = Unquoted(SecretValue(setting, secret, found, secretStore, faults));
            }

            values[setting.Name] = Expanded(setting.Name, value, faults);
        }

        return values;
    }

    private static async Task<IReadOnlyDictionary<string, string>?> FetchAsync(
        ISecretStore store,
        string storeName,
        string name,
        string ownNamespace,
        List<string> faults,
        CancellationToken cancellation)
    {
        try
        {
            return await store.GetAsync(name, new Dictionary<string, string> { ["namespace"] = ownNamespace }, cancellation);
        }
        catch (SecretException error)
        {
            faults.Add($"secret {name} cannot be read from secret store {storeName}: {error.Message}");
            return null;
        }
    }

    private static string SecretValue(Setting setting, SecretReference secret, IReadOnlyDictionary<string, string>? found, string storeName, List<string> faults)
    {
        if (found is null)
        {
            return "";
        }

        if (found.TryGetValue(secret.Key, out var value) && value.Length > 0)
        {
            return value;
        }

        faults.Add($"\"{setting.Name}\" refers to key {secret.Key} of secret {secret.Name}, which secret store {storeName} does not have or has empty");
        return "";
    }

    private string Expanded(string name, string value, List<string> faults)
    {
        if (!value.Contains('{'))
        {
            return value;
        }

        for (var at = value.IndexOf("{uuid}", StringComparison.Ordinal); at >= 0; at = value.IndexOf("{uuid}", StringComparison.Ordinal))
        {
            value = $"{value[..at]}{Guid.NewGuid()}{value[(at + "{uuid}".Length)..]}";
        }

        if (value.Contains("{podName}"))
        {
            var podName = environment("POD_NAME") ?? "";
            if (podName.Length == 0)
            {
                faults.Add($"failed to parse metadata: property {name} refers to {{podName}} but podName is not set");
            }

            value = value.Replace("{podName}", podName);
        }

        return value.Replace("{namespace}", $"{@namespace}.{appId}").Replace("{appID}", appId);
    }

    /// <summary>Text in quotes loses them, because daprd takes such a value for a JSON string.</summary>
    private static string Unquoted(string value)
    {
        if (value is ['`', .. var raw, '`'] && !raw.Contains('`'))
        {
            return raw;
        }

        if (value is not ['"', .. var inner, '"'])
        {
            return value;
        }

        var plain = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] is '"' or '\n')
            {
                return value;
            }

            if (inner[i] != '\\')
            {
                plain.Append(inner[i]);
            }
            else if (++i < inner.Length && Escape(inner[i]) is { } escaped)
            {
                plain.Append(escaped);
            }
            else
            {
                return value;
            }
        }

        return plain.ToString();
    }

    private static char? Escape(char letter) => letter switch
    {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '\\' or '"' => letter,
        _ => null,
    };
}
