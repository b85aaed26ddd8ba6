using Dapr.Common.Serialization;

namespace Dapr.Workflow.Serialization;

/// <summary>The former name of <see cref="IDaprSerializer"/>.</summary>
public interface IWorkflowSerializer : IDaprSerializer;
