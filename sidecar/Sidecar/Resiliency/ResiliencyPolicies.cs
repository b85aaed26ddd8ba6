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
    public virtual Policy App(string appId, string method) => Policy.None;

    public virtual Policy ComponentOutbound(string component, ComponentKind kind) => Policy.None;

    public virtual Policy ComponentInbound(string component, ComponentKind kind) => Policy.None;
}
