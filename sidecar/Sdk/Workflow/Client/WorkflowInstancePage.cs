namespace Dapr.Workflow.Client;

/// <summary>Some of all instances.</summary>
/// <param name="InstanceIds">Their ids.</param>
/// <param name="ContinuationToken">Where to go on; null at the end.</param>
public sealed record WorkflowInstancePage(IReadOnlyList<string> InstanceIds, string? ContinuationToken);
