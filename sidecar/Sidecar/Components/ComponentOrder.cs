namespace Sidecar.Components;

/// <summary>The order in which components start: what others need their secrets from comes before them.</summary>
public static class ComponentOrder
{
    public static List<ComponentDefinition> Of(IReadOnlyList<ComponentDefinition> components, Findings findings)
    {
        var waiting = components.Where(ComponentChecks.IsSecretStore).ToList();
        var ordered = new List<ComponentDefinition>(components.Count);
        while (waiting.Count > 0)
        {
            var ready = waiting.FindAll(store => !store.NeedsSecrets || !waiting.Exists(other => other.Name == store.SecretStore));
            if (ready.Count == 0)
            {
                foreach (var stuck in waiting)
                {
                    findings.Problem(stuck.File, stuck.Line, $"component {stuck.Name}: its secrets are in {stuck.SecretStore}, which in turn waits for {stuck.Name} or for a store that does");
                }

                break;
            }

            ordered.AddRange(ready);
            waiting.RemoveAll(ready.Contains);
        }

        ordered.AddRange(components.Where(component => !ComponentChecks.IsSecretStore(component)));
        return ordered;
    }
}
