namespace Sidecar.Testing.Workflow;

/// <summary>The first place where today's code does not do what history says.</summary>
public sealed record ReplayDifference(string InstanceId, int Turn, string Recorded, string Asked)
{
    public override string ToString() => $"{InstanceId}, turn {Turn}: history has {Recorded}, today's code {Asked}";
}
