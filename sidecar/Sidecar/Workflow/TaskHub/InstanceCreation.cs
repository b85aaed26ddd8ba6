using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos.Workflow;
using Sidecar.Telemetry.Tracing;
using Sidecar.Workflow.Hub;
using Sidecar.Workflow.Watch;
using TraceContext = Sidecar.Telemetry.Tracing.TraceContext;

namespace Sidecar.Workflow.TaskHub;

/// <summary>Starts instances for whoever asks, each with the span of its creation, which all that it does hangs below.</summary>
internal sealed class InstanceCreation(LedWorkflows workflows, WorkflowSpans spans)
{
    /// <summary>As clients of TaskHubSidecarService start one: they wait for its first turn, and the trace that they send goes on.</summary>
    public Task<string> StartAsync(CreateInstanceRequest request, Span? call, CancellationToken cancellation)
    {
        var parent = call?.Context ?? default;
        if (request.ParentTraceContext is { } sent && !WorkflowSpans.TryRead(sent, out parent))
        {
            throw GrpcErrors.Of(GrpcCode.Unknown, "failed to create workflow instance: the parent trace context is malformed");
        }

        if (request.InstanceId.Length == 0)
        {
            request.InstanceId = $"{Guid.NewGuid()}";
        }

        return StartAsync(request, parent, untilStarted: true, cancellation);
    }

    /// <summary>As the management API starts one: nobody waits, and a trace begins.</summary>
    public Task<string> StartAsync(CreateInstanceRequest request, CancellationToken cancellation) => StartAsync(request, default, untilStarted: false, cancellation);

    private async Task<string> StartAsync(CreateInstanceRequest request, TraceContext parent, bool untilStarted, CancellationToken cancellation)
    {
        var span = spans.Create(request.Name, request.Version, request.InstanceId, parent);
        try
        {
            var traced = new StartRequest(request, WorkflowSpans.Pass(span));
            return await workflows.AskAsync(here => here.StartAsync(traced, untilStarted, cancellation), cancellation, Operation.Create, isRepeatable: false);
        }
        catch (Exception failure)
        {
            span?.Fail(failure.Message);
            throw;
        }
        finally
        {
            span?.End();
        }
    }
}
