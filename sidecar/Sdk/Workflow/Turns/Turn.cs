using Dapr.Common.Serialization;
using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Turns;

/// <summary>A workflow's code against its history and this turn's events, and the answer that comes of it.</summary>
internal sealed class Turn(TurnTimeline timeline, IDaprSerializer serializer, ILoggerFactory loggers, ILogger log)
{
    private readonly Protocol.WorkflowResponse response = timeline.NewResponse();
    private string? terminationOutput;
    private bool isTerminated;

    /// <summary>Runs without ever leaving its thread; what the code awaits beyond its context does not count.</summary>
    public Protocol.WorkflowResponse Run(IWorkflow workflow)
    {
        var context = new TurnContext(timeline.Name, timeline.AppId, timeline.Request, timeline.Past, serializer, loggers);
        object? input;
        try
        {
            input = serializer.Deserialize(timeline.Input, workflow.InputType);
        }
        catch (Exception unreadable)
        {
            return Fail(response, Failures.Of(unreadable));
        }

        context.Begin(timeline.Time, timeline.Past.Count > 0);
        var run = workflow.RunAsync(context, input);
        try
        {
            Replay(context, run);
        }
        catch (NonDeterminismException different)
        {
            log.LogError("{Instance}: {Difference}", timeline.Request.InstanceId, different.Message);
            context.Close();
            Describe(context, isWhole: false);
            return Fail(response, Failures.Of(NonDeterminismException.ErrorType, different.Message), isNonRetriable: true);
        }

        context.Close();
        Describe(context);
        Answer(context, run);
        return response;
    }

    public static Protocol.WorkflowResponse Fail(Protocol.WorkflowResponse response, Protocol.TaskFailureDetails why, bool isNonRetriable = false)
    {
        why.IsNonRetriable = isNonRetriable;
        response.Actions.Add(new Protocol.WorkflowAction
        {
            CompleteWorkflow = new Protocol.CompleteWorkflowAction { WorkflowStatus = Protocol.OrchestrationStatus.Failed, FailureDetails = why },
        });
        return response;
    }

    private void Replay(TurnContext context, Task<object?> run)
    {
        foreach (var item in timeline.Past)
        {
            context.Apply(item, isReplaying: true);
        }

        foreach (var item in timeline.Request.NewEvents)
        {
            // An ending that the code had reached before counts; beginning anew does not.
            if (item.ExecutionTerminated is { } termination && (!run.IsCompleted || context.Continuation is not null))
            {
                isTerminated = true;
                terminationOutput = termination.Input;
                return;
            }

            context.Apply(item, isReplaying: false);
        }
    }

    private void Describe(TurnContext context, bool isWhole = true)
    {
        if (context.CustomStatus is { } status)
        {
            response.CustomStatus = serializer.Serialize(status);
        }

        // A replay that broke off has not come to all of its patches; those of history stand.
        if (!isWhole)
        {
            return;
        }

        response.Version = context.PatchesTaken.Count > 0 || timeline.Pinned is not null
            ? new Protocol.WorkflowVersion { Name = timeline.Pinned ?? timeline.Name, Patches = { context.PatchesTaken } }
            : null;
    }

    private void Answer(TurnContext context, Task<object?> run)
    {
        if (isTerminated)
        {
            Complete(Protocol.OrchestrationStatus.Terminated, terminationOutput);
            return;
        }

        // Whoever is suspended asks for nothing; it will again when its code is replayed after it was resumed.
        if (context.IsSuspended)
        {
            return;
        }

        response.Actions.Add(context.Actions);
        if (context.Continuation is not null)
        {
            return;
        }

        if (!run.IsCompleted)
        {
            if (!context.IsWaiting)
            {
                response.Actions.Clear();
                var nothing = NonDeterminismException.NothingAwaited(timeline.Name);
                log.LogError("{Instance}: {Difference}", timeline.Request.InstanceId, nothing.Message);
                Fail(response, Failures.Of(NonDeterminismException.ErrorType, nothing.Message), isNonRetriable: true);
            }

            return;
        }

        try
        {
            Complete(Protocol.OrchestrationStatus.Completed, serializer.Serialize(run.GetAwaiter().GetResult()));
        }
        catch (Exception problem)
        {
            System.Diagnostics.Activity.Current?.SetStatus(System.Diagnostics.ActivityStatusCode.Error);
            Fail(response, Failures.Of(problem), isNonRetriable: true);
        }
    }

    private void Complete(Protocol.OrchestrationStatus status, string? result) =>
        response.Actions.Add(new Protocol.WorkflowAction { CompleteWorkflow = new Protocol.CompleteWorkflowAction { WorkflowStatus = status, Result = result } });
}
