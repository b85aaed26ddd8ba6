using Sidecar.Components;
using Sidecar.Secrets;

namespace Sidecar.Configuration;

/// <summary>
/// Reads documents of kind Configuration one over the other: what a later one says counts, lists are replaced as a whole.
/// </summary>
public sealed class ConfigurationReader
{
    private readonly MetricsReader metrics = new();
    private SidecarConfiguration read = new();

    public void Read(YamlMap root)
    {
        if (root.Text("kind") is { } kind && kind != "Configuration")
        {
            root.Note($"kind is {kind} and should be Configuration; it is read as one", "kind");
        }

        var (name, _) = ResourceReader.Identity(root, needsName: false);
        read = read with { Name = name.Length > 0 ? name : read.Name };
        if (root.Map("spec") is { } spec)
        {
            ReadSpec(spec);
        }

        root.NoteUnknown("apiVersion", "scopes");
    }

    public SidecarConfiguration Build() => read with { Metrics = metrics.Build() };

    private void ReadSpec(YamlMap spec)
    {
        metrics.Read(spec);
        read = read with
        {
            Tracing = With(spec, "tracing", read.Tracing, TracingReader.Read),
            ApiLogging = With(spec, "logging", read.ApiLogging, ApiLogging),
            Secrets = With(spec, "secrets", read.Secrets, Secrets),
            Api = With(spec, "api", read.Api, Api),
            AccessControl = With(spec, "accessControl", read.AccessControl, AccessControlReader.Read),
            NameResolution = With(spec, "nameResolution", read.NameResolution, NameResolution),
            DeniedComponents = With(spec, "components", read.DeniedComponents, Denied),
            Workflow = With(spec, "workflow", read.Workflow, WorkflowReader.Read),
            Features = spec.Has("features") ? Features(spec) : read.Features,
        };
        Refuse(spec, "httpPipeline");
        Refuse(spec, "appHttpPipeline");
        if (spec.Map("mtls") is { } mtls && mtls.Bool("enabled") == true)
        {
            mtls.Note("mTLS has no effect here; sidecars of one machine talk in the clear", "enabled");
        }

        spec.NoteUnknown("wasm");
    }

    private static T With<T>(YamlMap spec, string key, T before, Func<YamlMap, T, T> read)
    {
        if (spec.Map(key) is not { } map)
        {
            return before;
        }

        var after = read(map, before);
        map.NoteUnknown();
        return after;
    }

    /// <summary>A pipeline often holds what keeps others out (bearer, opa, oauth2), so it must not be overlooked.</summary>
    private static void Refuse(YamlMap spec, string key)
    {
        foreach (var handler in spec.Map(key)?.Maps("handlers") ?? [])
        {
            handler.Problem($"{spec.PathOf(key)}: this sidecar runs no middleware, so {handler.Text("type", "a handler")} would be left out; remove it from the configuration for this sidecar");
        }
    }

    private static ApiLoggingConfiguration ApiLogging(YamlMap logging, ApiLoggingConfiguration before)
    {
        if (logging.Map("apiLogging") is not { } map)
        {
            return before;
        }

        var after = new ApiLoggingConfiguration
        {
            Enabled = map.Bool("enabled") ?? before.Enabled,
            ObfuscateUrls = map.Bool("obfuscateURLs") ?? before.ObfuscateUrls,
            OmitHealthChecks = map.Bool("omitHealthChecks") ?? before.OmitHealthChecks,
        };
        map.NoteUnknown();
        return after;
    }

    private static SecretScopes Secrets(YamlMap secrets, SecretScopes before)
    {
        if (!secrets.Has("scopes"))
        {
            return before;
        }

        var scopes = new Dictionary<string, SecretScope>();
        foreach (var map in secrets.Maps("scopes"))
        {
            var store = map.Text("storeName", "");
            var access = map.Text("defaultAccess", "");
            if (access.ToUpperInvariant() is not ("" or "ALLOW" or "DENY"))
            {
                map.Problem($"defaultAccess {access} can be either allow or deny", "defaultAccess");
                access = "";
            }

            var scope = new SecretScope(store)
            {
                DefaultAccess = access,
                AllowedSecrets = map.Texts("allowedSecrets"),
                DeniedSecrets = map.Texts("deniedSecrets"),
            };
            if (!scopes.TryAdd(store, scope))
            {
                map.Problem($"{store} storeName is repeated in secrets configuration", "storeName");
            }

            map.NoteUnknown();
        }

        return new SecretScopes(scopes.Values);
    }

    private static Features Features(YamlMap spec)
    {
        var features = new List<(string Name, bool Enabled)>();
        foreach (var map in spec.Maps("features"))
        {
            features.Add((map.Text("name", ""), map.Bool("enabled") ?? false));
            map.NoteUnknown();
        }

        return new Features(features);
    }

    private static ApiAccess Api(YamlMap api, ApiAccess before) => new(
        api.Has("allowed") ? Rules(api, "allowed") : before.Allowed,
        api.Has("denied") ? Rules(api, "denied") : before.Denied);

    private static List<ApiRule> Rules(YamlMap api, string key)
    {
        var rules = new List<ApiRule>();
        foreach (var map in api.Maps(key))
        {
            var rule = new ApiRule(map.Text("name", ""), map.Text("version", ""), map.Text("protocol", ""));
            if (rule.Protocol.ToUpperInvariant() is not ("HTTP" or "GRPC"))
            {
                map.Note($"{map.PathOf("protocol")} is \"{rule.Protocol}\", so this rule has no effect; it should be http or grpc", "protocol");
            }

            rules.Add(rule);
            map.NoteUnknown();
        }

        return rules;
    }

    private static NameResolutionConfiguration NameResolution(YamlMap map, NameResolutionConfiguration before)
    {
        var settings = before.Settings;
        if (map.Map("configuration") is { } configuration)
        {
            settings = configuration.Entries.ToDictionary(entry => entry.Key, entry => ResourceReader.Stringified(entry.Value) ?? "", StringComparer.OrdinalIgnoreCase);
        }

        return new NameResolutionConfiguration
        {
            Component = map.Text("component") ?? before.Component,
            Version = map.Text("version") ?? before.Version,
            Settings = settings,
        };
    }

    private static ComponentDenyList Denied(YamlMap components, ComponentDenyList before) =>
        components.Has("deny") ? new ComponentDenyList(components.Texts("deny")) : before;
}
