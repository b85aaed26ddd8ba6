namespace Sidecar.Components;

/// <summary>Reads a document of kind Component.</summary>
public static class ComponentReader
{
    public static ComponentDefinition? Read(YamlMap root)
    {
        var (name, ns) = ResourceReader.Identity(root, needsName: true);
        var scopes = root.Texts("scopes");
        var auth = root.Map("auth");
        var secretStore = auth?.Text("secretStore", "") ?? "";
        auth?.NoteUnknown();
        if (root.Map("spec") is not { } spec)
        {
            root.Problem("spec is missing");
            return null;
        }

        var type = spec.RequiredText("type");
        var version = spec.Text("version", "");
        var ignoreErrors = spec.Bool("ignoreErrors") ?? false;
        var settings = ResourceReader.Settings(spec, "metadata");
        var initTimeout = spec.Has("initTimeout") ? spec.Duration("initTimeout") : null;
        spec.NoteUnknown();
        root.NoteUnknown("apiVersion", "kind");
        return new ComponentDefinition(name, type, version)
        {
            Namespace = ns,
            Annotations = ResourceReader.Annotations(root),
            IgnoreErrors = ignoreErrors,
            InitTimeout = initTimeout is { } timeout && timeout > TimeSpan.Zero ? timeout : ComponentDefinition.DefaultInitTimeout,
            Scopes = scopes,
            SecretStore = secretStore,
            Settings = settings,
            File = root.File,
            Line = root.Line,
            TypeLine = spec.LineOf("type"),
        };
    }
}
