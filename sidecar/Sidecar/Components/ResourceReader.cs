using YamlDotNet.RepresentationModel;

namespace Sidecar.Components;

/// <summary>What the kinds of resources have in common: a name, scopes, settings.</summary>
public static class ResourceReader
{
    public const string ApiVersion = "dapr.io/v1alpha1";

    private static readonly string[] KubernetesKeys = ["labels", "annotations", "creationTimestamp", "uid", "resourceVersion", "generation", "finalizers", "ownerReferences", "managedFields"];

    /// <summary>Name and namespace; the name is made sure of when the kind needs one.</summary>
    public static (string Name, string Namespace) Identity(YamlMap root, bool needsName)
    {
        if (root.Map("metadata") is not { } metadata)
        {
            if (needsName)
            {
                root.Problem("metadata.name is missing");
            }

            return ("", "");
        }

        var name = needsName ? metadata.RequiredText("name") : metadata.Text("name", "");
        if (NameFault(name) is { } fault)
        {
            metadata.Problem($"invalid name \"{name}\" for \"{root.Text("kind")}\": {fault}", "name");
        }

        var ns = metadata.Text("namespace", "");
        metadata.NoteUnknown(KubernetesKeys);
        return (name, ns);
    }

    /// <summary>The texts among metadata.annotations.</summary>
    public static IReadOnlyDictionary<string, string> Annotations(YamlMap root) =>
        root.Map("metadata")?.Map("annotations") is { } annotations
            ? annotations.Entries.Where(entry => entry.Value is YamlScalarNode).ToDictionary(entry => entry.Key, entry => ((YamlScalarNode)entry.Value).Value ?? "")
            : new Dictionary<string, string>();

    public static IReadOnlyList<Setting> Settings(YamlMap holder, string key)
    {
        var settings = new List<Setting>();
        foreach (var item in holder.Maps(key))
        {
            var name = item.RequiredText("name");
            var secret = item.Map("secretKeyRef");
            var environment = item.Text("envRef", "");
            settings.Add(new Setting(name, item.Node("value") is { } value ? Stringified(value) : null)
            {
                Environment = environment.Length > 0 ? environment : null,
                Secret = secret is null ? null : Reference(secret),
                Line = item.Line,
            });
            item.NoteUnknown();
        }

        return settings;
    }

    private static SecretReference? Reference(YamlMap map)
    {
        var name = map.RequiredText("name");
        var key = map.Text("key", "");
        map.NoteUnknown();
        return name.Length == 0 ? null : new SecretReference(name, key.Length == 0 ? name : key);
    }

    /// <summary>Text stays as it is, anything else becomes its JSON; a null is no value.</summary>
    public static string? Stringified(YamlNode node) => node switch
    {
        YamlScalarNode scalar => YamlScalar.Of(scalar) is { Kind: not YamlKind.Null } value ? value.Text : null,
        _ => YamlJson.Of(node),
    };

    private static string? NameFault(string name) => name switch
    {
        "." => "may not be '.'",
        ".." => "may not be '..'",
        _ when name.Contains('/') => "may not contain '/'",
        _ when name.Contains('%') => "may not contain '%'",
        _ => null,
    };
}
