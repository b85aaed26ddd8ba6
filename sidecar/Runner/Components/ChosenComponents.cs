using Microsoft.Extensions.Logging.Abstractions;
using Runner.Template;
using Sidecar.Components;
using Sidecar.Secrets;

namespace Runner.Components;

/// <summary>The components that the apps of a run have, read as their sidecars read them, and everything that is wrong with them.</summary>
internal sealed record ChosenComponents(IReadOnlyList<ComponentSpec> Components, IReadOnlyList<string> Problems)
{
    /// <summary>What was made on the way and whoever runs this has to be told.</summary>
    public IReadOnlyList<ShownSecret> Shown { get; init; } = [];

    /// <summary>Stores that the sidecars of this repository list and do not serve.</summary>
    public IEnumerable<(string Problem, string Mend)> ForDaprdAlone =>
        from component in Components
        where ComponentTypes.Category(component.Type) == "state" && ComponentTypes.IsListedOnly(component.Type)
        select ($"{component.Source}: component {component.Name}: {component.Type} is served by daprd and not by the bundled sidecar", "choose another set with --components, or start with \"dapr run -f .\"");

    /// <summary>Fills the secret file on the way: without it nobody knows where the servers are.</summary>
    public static async Task<ChosenComponents> ReadAsync(RunFile file, Func<string, string?> environment, CancellationToken cancellation)
    {
        var problems = new List<string>();
        var components = new List<ComponentSpec>();
        var shown = new List<ShownSecret>();
        foreach (var app in file.Apps.Where(app => app.ResourcesPaths.Count > 0))
        {
            var resources = ResourceLoader.Load(app.ResourcesPaths, app.Id, environment("NAMESPACE") ?? "", environment);
            problems.AddRange(resources.Problems.Select(problem => problem.ToString()));
            if (resources.Problems.Count == 0)
            {
                await ResolveAsync(app.Id, resources.Components, file.Folder, environment, components, shown, problems, cancellation);
            }
        }

        var distinct = components.DistinctBy(component => (component.Source, component.Name)).ToList();
        problems.AddRange(distinct.SelectMany(component => BrokerSafety.Problems(component).Select(problem => $"{component.Source}: {problem}")));
        return new ChosenComponents(distinct, [.. problems.Distinct()]) { Shown = shown };
    }

    private static async Task ResolveAsync(
        string appId, IReadOnlyList<ComponentDefinition> definitions, string folder, Func<string, string?> environment,
        List<ComponentSpec> components, List<ShownSecret> shown, List<string> problems, CancellationToken cancellation)
    {
        var resolver = new ComponentResolver(appId, environment("NAMESPACE") ?? "", environment);
        var stores = new Dictionary<string, ISecretStore>();
        foreach (var definition in definitions)
        {
            try
            {
                var spec = await resolver.ResolveAsync(definition, stores, cancellation);
                components.Add(spec);
                if (ComponentTypes.FactoryOf(spec.Type, spec.Version) is Factory.SecretsFile)
                {
                    stores[spec.Name] = await SecretsAsync(spec, definitions, folder, environment, shown, cancellation);
                }
                else if (ComponentTypes.FactoryOf(spec.Type, spec.Version) is Factory.SecretsEnvironment)
                {
                    stores[spec.Name] = new LocalEnvSecretStore(spec.Metadata, NullLogger.Instance);
                }
            }
            catch (Exception problem) when (problem is ComponentException or InvalidDataException or IOException or UnauthorizedAccessException)
            {
                problems.Add($"{definition.File}:{definition.Line}: component {definition.Name}: {problem.Message}");
            }
        }
    }

    private static async Task<ISecretStore> SecretsAsync(
        ComponentSpec spec, IReadOnlyList<ComponentDefinition> definitions, string folder, Func<string, string?> environment, List<ShownSecret> shown,
        CancellationToken cancellation)
    {
        var path = Path.GetFullPath(spec.Metadata.String("secretsFile"), folder);
        // Only what lies among the data of the run is the run's to write.
        if (path.StartsWith(Path.Combine(folder, ".data") + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            shown.AddRange(SecretsFile.Open(path).Fill(WantedSecrets.Of(definitions, spec.Name), environment));
        }

        var store = new LocalFileSecretStore(new ComponentMetadata(new Dictionary<string, string>(spec.Metadata.Values, StringComparer.OrdinalIgnoreCase) { ["secretsFile"] = path }));
        await store.InitAsync(cancellation);
        return store;
    }
}
