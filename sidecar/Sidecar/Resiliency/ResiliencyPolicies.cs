namespace Sidecar.Resiliency;

public enum ComponentKind
{
    Statestore,
    Pubsub,
    Binding,
    Secretstore,
    Configuration,
    Lock,
}

/// <summary>The policies of one sidecar, by target. Ask once and keep the answer where calls are frequent.</summary>
public class ResiliencyPolicies
{
    /// <summary>For calls between sidecars that find nobody, when no document names the app (<see cref="NamesApp"/>).</summary>
    public virtual Policy ServiceRetries => Policy.None;

    /// <summary>For what is asked of the app once, when it starts.</summary>
    public virtual Policy InitializationRetries => Policy.None;

    /// <summary>True when the app is a target of a document, even one without any policy.</summary>
    public virtual bool NamesApp(string appId) => false;

    public virtual Policy App(string appId, string method) => Policy.None;

    public virtual Policy ComponentOutbound(string component, ComponentKind kind) => Policy.None;

    public virtual Policy ComponentInbound(string component, ComponentKind kind) => Policy.None;
}
