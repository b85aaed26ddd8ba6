namespace Sidecar.Components;

/// <summary>
/// Which resources exist for one sidecar: those of its namespace and scope, no name twice. A name that is taken is an error even for
/// a resource out of scope, as daprd has it; one out of scope does not take its name.
/// </summary>
public sealed class ResourceScope(string appId, string @namespace)
{
    private readonly Dictionary<(string Kind, string Name), string> names = [];

    public string AppId => appId;

    public bool Admits(ComponentDefinition component, Findings findings) =>
        Admits("Component", component.Name, component.LogName, component.Namespace, component.Scopes, component.File, component.Line, findings);

    public bool Admits(HttpEndpointSpec endpoint, Findings findings) =>
        Admits("HTTPEndpoint", endpoint.Name, $"{endpoint.Name} ({endpoint.BaseUrl})", endpoint.Namespace, endpoint.Scopes, endpoint.File, endpoint.Line, findings);

    private bool Admits(string kind, string name, string logName, string ownNamespace, IReadOnlyList<string> scopes, string file, int line, Findings findings)
    {
        if (@namespace.Length > 0 && ownNamespace.Length > 0 && ownNamespace != @namespace)
        {
            return false;
        }

        if (names.TryGetValue((kind, name), out var existing))
        {
            findings.Problem(file, line, $"duplicate definition of {kind} name {logName} with existing {existing}");
            return false;
        }

        if (scopes.Count > 0 && !scopes.Contains(appId))
        {
            return false;
        }

        names[(kind, name)] = $"{logName} at {file}:{line}";
        return true;
    }
}
