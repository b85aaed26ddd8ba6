using Sidecar.Resiliency;

namespace Sidecar.State;

/// <summary>A state store with what the runtime knows of it: its name, its keys, its policy.</summary>
public sealed record StateComponent(string Name, IStateStore Store, StateKeys Keys, Policy Outbound);
