using Sidecar.Workflow.Dispatch;
using Sidecar.Workflow.Turns;

namespace Sidecar.Workflow.Hub.Live;

/// <summary>The next turn of an instance. It begins when a worker has room for it, with all that has come until then.</summary>
internal sealed class TurnWork(HubTurns turns, LiveInstance instance) : Work(WorkKind.Turn, instance.Id)
{
    public override string Name => instance.State.Started.ExecutionStarted.Name;

    public override Familiarity Familiarity => instance.Familiarity;

    public LiveInstance Instance => instance;

    /// <summary>The one that is out.</summary>
    public Turn? Current { get; set; }

    /// <summary>How many entries of the inbox it has.</summary>
    public int Taken { get; set; }

    public override WorkRequest? Begin() => turns.Begin(this);

    public override bool Broken() => turns.Broken(this);
}
