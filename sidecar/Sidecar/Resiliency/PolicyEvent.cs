namespace Sidecar.Resiliency;

public enum PolicyEventKind
{
    /// <summary>A document was loaded.</summary>
    Loaded,

    /// <summary>A call went through a policy; for a breaker the status is its state then.</summary>
    Executed,

    /// <summary>A policy did something: the first retry or timeout of a call, a breaker that changed its state (the status).</summary>
    Activated,
}

/// <summary>
/// What metrics count, in daprd's words: <paramref name="Policy"/> is timeout, retry or circuitbreaker, <paramref name="Flow"/>
/// inbound or outbound, <paramref name="Target"/> app_NAME or Statestore_NAME, <paramref name="Status"/> closed, half-open, open or
/// nothing.
/// </summary>
public readonly record struct PolicyEvent(PolicyEventKind Kind, string Document, string Namespace, string Policy, string Flow, string Target, string Status);
