namespace Sidecar.Components;

/// <summary>A service outside of Dapr that apps call by a name; headers may come from a secret store.</summary>
public sealed record HttpEndpointSpec(string Name, string BaseUrl)
{
    public IReadOnlyList<Setting> Headers { get; init; } = [];

    public string SecretStore { get; init; } = "";

    public bool HasClientTls { get; init; }

    public string Namespace { get; init; } = "";

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public string File { get; init; } = "";

    public int Line { get; init; }

    public static HttpEndpointSpec? Read(YamlMap root)
    {
        var (name, ns) = ResourceReader.Identity(root, needsName: true);
        var scopes = root.Texts("scopes");
        var auth = root.Map("auth");
        if (root.Map("spec") is not { } spec)
        {
            root.Problem("spec is missing");
            return null;
        }

        var endpoint = new HttpEndpointSpec(name, spec.RequiredText("baseUrl"))
        {
            Headers = ResourceReader.Settings(spec, "headers"),
            SecretStore = auth?.Text("secretStore", "") ?? "",
            HasClientTls = spec.Has("clientTLS"),
            Namespace = ns,
            Scopes = scopes,
            File = root.File,
            Line = root.Line,
        };
        auth?.NoteUnknown();
        spec.NoteUnknown();
        root.NoteUnknown("apiVersion", "kind");
        return endpoint;
    }
}
