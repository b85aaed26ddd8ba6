using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>Starts an instance with the history of one that is over, up to an event.</summary>
internal sealed class HubReruns(HubCore core)
{
    public void Rerun(RerunWorkflowFromEventRequest request, TaskCompletionSource<string> caller)
    {
        if (request.SourceInstanceId.Length == 0)
        {
            caller.TrySetException(new HubException(HubFailure.Invalid, "the id of the workflow to be run again is missing"));
            return;
        }

        core.Views.Find(request.SourceInstanceId, source => Prepare(source, request, caller), caller);
    }

    private void Prepare(InstanceView? source, RerunWorkflowFromEventRequest request, TaskCompletionSource<string> caller)
    {
        if (source is null)
        {
            caller.TrySetException(new HubException(HubFailure.NotFound, $"workflow instance does not exist with ID '{request.SourceInstanceId}'"));
            return;
        }

        Turns.Rerun rerun;
        try
        {
            rerun = Turns.Rerun.Prepare(source, request, core.Settings.AppId, core.Clock.Next());
        }
        catch (Exception problem)
        {
            caller.TrySetException(new HubException(HubFailure.Invalid, problem.Message, problem));
            return;
        }

        if (rerun is not { Refusal: RerunRefusal.None, State: { } state, Outcome: { } outcome })
        {
            var failure = rerun.Refusal == RerunRefusal.NotFound ? HubFailure.NotFound : HubFailure.Invalid;
            caller.TrySetException(new HubException(failure, rerun.Message ?? "it cannot be run again"));
            return;
        }

        core.Starts.Inspect([state.InstanceId], vacancies => Begin(state, outcome, vacancies[state.InstanceId], caller), reason => caller.TrySetException(reason));
    }

    private void Begin(InstanceState state, TurnOutcome outcome, Vacancy vacancy, TaskCompletionSource<string> caller)
    {
        if (vacancy.Refusal is not null || vacancy.Before is not null || core.Instances.Find(state.InstanceId) is not null)
        {
            caller.TrySetException(new HubException(HubFailure.AlreadyExists, $"workflow '{state.InstanceId}' has already been created"));
            return;
        }

        core.Turns.Commit.Rerun(state, outcome, vacancy, caller);
    }
}
