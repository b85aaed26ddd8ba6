using System.Globalization;
using Sidecar.State;

namespace Sidecar.Workflow.Hub.Rows;

/// <summary>The keys of one app id's workflows. No app reaches them: its own keys may not hold the separator.</summary>
internal sealed class HubKeys(string appId)
{
    private readonly string prefix = $"{appId}{StateKeys.Separator}wf{StateKeys.Separator}";

    public string Lease => prefix + "lease";

    /// <summary>Up to where slots and serial numbers are given out.</summary>
    public string Bounds => prefix + "bounds";

    /// <summary>Of every finished instance, by its id.</summary>
    public string Finished(string instanceId) => prefix + FinishedMark + instanceId;

    public string AllFinished => prefix + FinishedMark;

    public string Slot(long slot) => prefix + "s|" + Number(slot);

    public string Turn(long serial, int generation, long turn) => $"{prefix}h|{Number(serial)}|{generation}|{Number(turn)}";

    public string Inbox(long serial, long sequence) => $"{prefix}n|{Number(serial)}|{Number(sequence)}";

    public string Fence(long term, long commit) => $"{prefix}fence|{term}|{commit}";

    public string FenceBase(long term) => $"{prefix}base|{term}";

    public string RetentionHead(string kind) => $"{prefix}kept|{kind}";

    public string Retention(string kind, long number) => $"{prefix}r|{kind}|{Number(number)}";

    public string InstanceOf(string finishedKey) => finishedKey[(prefix.Length + FinishedMark.Length)..];

    private const string FinishedMark = "i|";

    /// <summary>Of one length, so that rows written together lie together.</summary>
    private static string Number(long number) => number.ToString("x10", CultureInfo.InvariantCulture);
}
