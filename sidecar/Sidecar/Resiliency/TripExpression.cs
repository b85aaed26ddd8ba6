using Sidecar.PubSub.Routing;

namespace Sidecar.Resiliency;

/// <summary>When a breaker opens: a condition in CEL over what it counted. What has no answer does not trip.</summary>
public static class TripExpression
{
    private static readonly BreakerCounts Sample = new(1, 1, 1, 1, 1);

    public static IReadOnlyList<string> Counters { get; } = ["requests", "totalSuccesses", "totalFailures", "consecutiveSuccesses", "consecutiveFailures"];

    /// <summary>
    /// Throws a <see cref="CelException"/> for what cannot be read. <paramref name="doubt"/> says why the expression may never trip.
    /// </summary>
    public static Func<BreakerCounts, bool> Parse(string text, out string? doubt)
    {
        var expression = CelParser.Parse(text);
        doubt = expression.Evaluate(Scope(Sample)) switch
        {
            bool => null,
            CelError error => error.Message,
            _ => "this is no condition",
        };
        return counts => expression.Evaluate(Scope(counts)) is true;
    }

    private static CelScope Scope(BreakerCounts counts)
    {
        var scope = new CelScope(null, Counters[0], counts.Requests);
        scope = new CelScope(scope, Counters[1], counts.TotalSuccesses);
        scope = new CelScope(scope, Counters[2], counts.TotalFailures);
        scope = new CelScope(scope, Counters[3], counts.ConsecutiveSuccesses);
        return new CelScope(scope, Counters[4], counts.ConsecutiveFailures);
    }
}
