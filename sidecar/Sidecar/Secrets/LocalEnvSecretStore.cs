using System.Collections;
using Sidecar.Components;

namespace Sidecar.Secrets;

/// <summary>secretstores.local.env: the variables of this process, less those by which sidecar and app know each other.</summary>
internal sealed class LocalEnvSecretStore(ComponentMetadata metadata, ILogger log) : ISecretStore
{
    private readonly string prefix = metadata.String("prefix");

    public bool MultipleKeyValuesPerSecret => false;

    public Task InitAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>A variable that is missing or kept back is empty.</summary>
    public ValueTask<IReadOnlyDictionary<string, string>> GetAsync(string name, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation)
    {
        var variable = prefix + name;
        if (!IsAllowed(variable))
        {
            log.LogWarning("Access to env var {Name} is forbidden", name);
            return new(Single(name, ""));
        }

        return new(Single(name, Environment.GetEnvironmentVariable(variable) ?? ""));
    }

    public ValueTask<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> GetAllAsync(IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation)
    {
        var all = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var full = (string)variable.Key;
            var isOurs = prefix.Length == 0 || (full.Length > prefix.Length && full.StartsWith(prefix, StringComparison.Ordinal));
            if (isOurs && IsAllowed(full))
            {
                all[full[prefix.Length..]] = Single(full[prefix.Length..], (string?)variable.Value ?? "");
            }
        }

        return new(all);
    }

    private static bool IsAllowed(string variable) =>
        !variable.Equals("APP_API_TOKEN", StringComparison.OrdinalIgnoreCase) && !variable.StartsWith("DAPR_", StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, string> Single(string name, string value) => new(StringComparer.Ordinal) { [name] = value };
}
