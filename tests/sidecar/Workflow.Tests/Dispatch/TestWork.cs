using System.Text;
using Sidecar.Workflow.Dispatch;

namespace Workflow.Tests.Dispatch;

/// <summary>Work that says what became of it.</summary>
internal sealed class TestWork(WorkKind kind, string instanceId, int taskId = 0, string name = "any") : Work(kind, instanceId, taskId)
{
    public override string Name => name;

    public override Familiarity Familiarity { get; } = new();

    public int Past { get; set; }

    public int Begun { get; private set; }

    public bool IsPointless { get; set; }

    public bool GoesOn { get; set; } = true;

    public override WorkRequest? Begin()
    {
        Begun++;
        return IsPointless ? null : new WorkRequest((token, known) => Encoding.UTF8.GetBytes($"{InstanceId}/{TaskId} {known} {token}"), Past);
    }

    public override bool Broken() => GoesOn;

    public static TestWork Turn(string instanceId, string name = "any") => new(WorkKind.Turn, instanceId, name: name);

    public static TestWork Activity(string instanceId, int taskId, string name = "any") => new(WorkKind.Activity, instanceId, taskId, name);
}
