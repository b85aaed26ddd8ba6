using Google.Protobuf.WellKnownTypes;
using Sidecar.Protos.Workflow;

namespace Sidecar.Workflow.Turns;

/// <summary>An instance that cannot go on says why in its history, once, and keeps its inbox.</summary>
internal static class Stalling
{
    public static TurnOutcome Of(InstanceState state, StalledReason reason, string description, Timestamp now)
    {
        var outcome = new TurnOutcome(TurnKind.Stalled) { Reason = description, CustomStatus = state.CustomStatus };
        if (state.Stall is { } stall && stall.Reason == reason && stall.Description == description)
        {
            return outcome;
        }

        var stalled = new HistoryEvent
        {
            EventId = -1,
            Timestamp = now,
            ExecutionStalled = new ExecutionStalledEvent { Reason = reason, Description = description },
        };
        var bytes = EventBytes.Write([stalled]);
        state.Take(stalled, null, null);
        state.Append(bytes, 1, state.CustomStatus);
        return outcome with { Events = bytes, EventCount = 1 };
    }

    /// <summary>The size is left out: it differs from try to try, and the reason must not.</summary>
    public static string TooLarge(string what, TurnLimits limits) =>
        $"{what} is larger than 95 % of the largest message ({limits.MaxMessageBytes} bytes); a higher max-body-size lets it go on";
}
