namespace Sidecar.Resiliency;

/// <summary>What a policy is for: its name in the log and its labels in metrics.</summary>
internal sealed record PolicyTarget(string Operation, string Flow, string Label)
{
    public static PolicyTarget App(string appId, string method) => new($"endpoint[{appId}, {Endpoint(appId, method)}]", PolicyWords.Outbound, $"app_{appId}");

    public static PolicyTarget Outbound(string component, ComponentKind kind) => new($"component[{component}] output", PolicyWords.Outbound, $"{kind}_{component}");

    public static PolicyTarget Inbound(string component, ComponentKind kind) => new($"component[{component}] input", PolicyWords.Inbound, $"{kind}_{component}");

    /// <summary>What breakers of an app are kept by.</summary>
    public static string Endpoint(string appId, string method) =>
        appId.StartsWith("http://", StringComparison.Ordinal) || appId.StartsWith("https://", StringComparison.Ordinal) ? $"{appId}/{method}" : $"{appId}:{method}";
}
