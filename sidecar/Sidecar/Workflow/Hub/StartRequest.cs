using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Hub;

/// <summary>A workflow to start. Its id may be that of one that is over, unless the request says otherwise; without one it gets one.</summary>
/// <param name="Trace">What the span of its creation hands down; null when that is not recorded.</param>
internal sealed record StartRequest(CreateInstanceRequest Request, TraceContext? Trace = null);
