using Dapr.Common;

namespace Dapr.Workflow.Registration;

/// <summary>What goes on registering parts of workflows.</summary>
public interface IDaprWorkflowBuilder : IDaprServiceBuilder;
