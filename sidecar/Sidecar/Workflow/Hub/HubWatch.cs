using Sidecar.Protos.Workflow;
using Sidecar.Workflow.Hub.Live;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub;

/// <summary>What others may want to know of a hub: spans and metrics hang here. Called on the loop, so it must be quick. This one wants nothing.</summary>
internal class HubWatch
{
    public static readonly HubWatch None = new();

    /// <summary>A turn is about to go to a worker.</summary>
    public virtual void TurnBegins(LiveInstance instance, Turn turn)
    {
    }

    /// <summary>A turn is durable; an instance that has ended is still what it was.</summary>
    public virtual void TurnCommitted(LiveInstance instance, Turn turn, TurnOutcome outcome)
    {
    }

    /// <summary>An activity is about to go to a worker: its request may still be changed.</summary>
    public virtual void ActivityBegins(ActivityWork activity)
    {
    }

    public virtual void ActivityEnded(ActivityWork activity, ActivityResponse response)
    {
    }

    /// <summary>A turn was tried in vain, or for the last time.</summary>
    public virtual void TurnFailed(LiveInstance instance, string reason, bool isParked)
    {
    }

    /// <summary>The watchdog has found something that should not be; see <see cref="Complaint"/>.</summary>
    public virtual void Complained(Complaint complaint)
    {
    }
}

/// <summary>An instance that does not go on, and why.</summary>
internal sealed record Complaint(string InstanceId, string Reason);
