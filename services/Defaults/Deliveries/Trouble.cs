using Dapr;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Defaults.Deliveries;

/// <summary>Tells what time mends (the store, the sidecar, a lost race) from what it does not.</summary>
public static class Trouble
{
    private const int LongestReason = 500;

    public static bool Passes(Exception problem) => problem switch
    {
        RefusedException refused => refused.Refusal.RetryAfter is not null,
        DaprException or HttpRequestException or TimeoutException or OperationCanceledException or IOException or RaceLostException => true,
        _ => false,
    };

    /// <summary>For the operator: the kind of trouble and what it said.</summary>
    public static string Reason(Exception problem)
    {
        var reason = $"{problem.GetType().Name}: {problem.Message}";
        return reason.Length <= LongestReason ? reason : reason[..LongestReason];
    }
}
