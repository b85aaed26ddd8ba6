using Sidecar.PubSub.Subscriptions;
using Sidecar.Resiliency;

namespace Sidecar.Components;

/// <summary>Reads all resources of one sidecar and everything that is wrong with them, at once.</summary>
public sealed class ResourceLoader
{
    private static readonly string[] Kinds = ["Component", "Subscription", "Resiliency", "HTTPEndpoint", "Configuration"];

    private readonly Findings findings = new();
    private readonly List<ComponentDefinition> components = [];
    private readonly List<SubscriptionSpec> subscriptions = [];
    private readonly List<ResiliencySpec> resiliencies = [];
    private readonly List<HttpEndpointSpec> endpoints = [];
    private readonly ResourceScope scope;

    private ResourceLoader(ResourceScope scope) => this.scope = scope;

    /// <summary><paramref name="namespace"/> is empty when the sidecar has none, so that resources of every namespace count.</summary>
    public static Resources Load(IEnumerable<string> paths, string appId, string @namespace, Func<string, string?>? environment = null)
    {
        var loader = new ResourceLoader(new ResourceScope(appId, @namespace));
        foreach (var document in ResourceFolders.Read(paths, loader.findings))
        {
            loader.Add(document);
        }

        return loader.Finish(environment ?? Environment.GetEnvironmentVariable);
    }

    private void Add(YamlDocument document)
    {
        var root = document.Root;
        var apiVersion = root.Text("apiVersion", "");
        switch (root.Text("kind", ""), apiVersion)
        {
            case ("Resiliency", _):
                AddResiliency(document);
                break;
            case ("Component", ResourceReader.ApiVersion):
                if (ComponentReader.Read(root) is { } component && scope.Admits(component, findings))
                {
                    components.Add(component);
                }

                break;
            case ("Subscription", ResourceReader.ApiVersion or SubscriptionReader.SecondVersion):
                if (SubscriptionReader.Read(root) is { } subscription)
                {
                    subscriptions.Add(subscription);
                }

                break;
            case ("HTTPEndpoint", ResourceReader.ApiVersion):
                if (HttpEndpointSpec.Read(root) is { } endpoint && scope.Admits(endpoint, findings))
                {
                    endpoints.Add(endpoint);
                }

                break;
            case ("Configuration", _):
                root.Note("a Configuration is read from --config only and is left out here");
                break;
            case (var kind and ("Component" or "Subscription" or "HTTPEndpoint"), _):
                root.Note($"apiVersion \"{apiVersion}\" of kind {kind} is not known and the document is left out; it should be {ResourceReader.ApiVersion}", "apiVersion");
                break;
            case (var kind, _):
                root.Note(kind.Length == 0 ? "this document has no kind and is left out" : $"kind {kind} is not known here and is left out{Nearest.Hint(kind, Kinds)}", "kind");
                break;
        }
    }

    private void AddResiliency(YamlDocument document)
    {
        var name = document.Root.Map("metadata")?.Text("name", "") ?? "";
        if (!document.IsFirst)
        {
            document.Root.Note($"Resiliency {name} is left out, as by Dapr, because it is not the first document of its file; give it a file of its own");
            return;
        }

        var spec = ResiliencyReader.Read(document.Root);
        if (spec.Scopes.Count == 0 || spec.Scopes.Contains(scope.AppId))
        {
            resiliencies.Add(spec);
        }
    }

    private Resources Finish(Func<string, string?> environment)
    {
        var usable = ComponentChecks.Usable(components, environment, findings);
        ResiliencyChecks.Run(resiliencies, findings);
        return new Resources
        {
            Components = ComponentOrder.Of(usable, findings),
            Subscriptions = subscriptions,
            Resiliencies = resiliencies,
            HttpEndpoints = endpoints,
            Problems = findings.Problems,
            Notes = findings.Notes,
        };
    }
}
