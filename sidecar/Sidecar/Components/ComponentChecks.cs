namespace Sidecar.Components;

/// <summary>What can be wrong with components that are readable: types, secret stores, variables.</summary>
public static class ComponentChecks
{
    /// <summary>Those that may start. One that is wrong but may fail (ignoreErrors) is left out with a note.</summary>
    public static List<ComponentDefinition> Usable(IReadOnlyList<ComponentDefinition> components, Func<string, string?> environment, Findings findings)
    {
        var secretStores = components.Where(component => IsSecretStore(component) && ComponentTypes.Fault(component.Type, component.Version) is null).Select(component => component.Name).ToHashSet();
        var usable = new List<ComponentDefinition>(components.Count);
        foreach (var component in components)
        {
            NoteVariables(component, environment, findings);
            var fault = ComponentTypes.Fault(component.Type, component.Version) ?? SecretStoreFault(component, secretStores);
            if (fault is null || component.Type.Length == 0)
            {
                NoteUse(component, findings);
                usable.Add(component);
            }
            else if (component.IgnoreErrors)
            {
                findings.Note(component.File, component.TypeLine, $"component {component.Name} is left out (ignoreErrors): {fault}");
            }
            else
            {
                findings.Problem(component.File, component.TypeLine, $"component {component.Name}: {fault}");
            }
        }

        return usable;
    }

    public static bool IsSecretStore(ComponentDefinition component) => ComponentTypes.Category(component.Type) == "secretstores";

    private static string? SecretStoreFault(ComponentDefinition component, HashSet<string> secretStores) =>
        component.NeedsSecrets && !secretStores.Contains(component.SecretStore)
            ? $"auth.secretStore is {component.SecretStore}, and no secret store of that name is there for this app{Nearest.Hint(component.SecretStore, secretStores)}"
            : null;

    private static void NoteUse(ComponentDefinition component, Findings findings)
    {
        if (ComponentTypes.FactoryOf(component.Type, component.Version) == Factory.None && component.Type.Length > 0)
        {
            findings.Note(component.File, component.TypeLine, $"component {component.Name}: {component.Type} is known to daprd and not here yet; it is listed and cannot be used");
        }

        if (component.SecretStore.Length == 0 && component.Settings.FirstOrDefault(setting => setting.Secret is not null) is { } secret)
        {
            findings.Note(component.File, secret.Line, $"component {component.Name}: \"{secret.Name}\" has a secretKeyRef, but the component names no auth.secretStore, so it stays unset");
        }
    }

    private static void NoteVariables(ComponentDefinition component, Func<string, string?> environment, Findings findings)
    {
        foreach (var setting in component.Settings)
        {
            if (setting is { Value: null, Environment: { } variable } && !EnvironmentReference.IsAllowed(variable, environment))
            {
                findings.Note(component.File, setting.Line, $"Component {component.Name} references an env variable that isn't allowed: {variable}");
            }
        }
    }
}
