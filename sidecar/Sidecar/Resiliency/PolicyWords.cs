namespace Sidecar.Resiliency;

/// <summary>Daprd's words for policies and states, in logs and metrics.</summary>
internal static class PolicyWords
{
    public const string Timeout = "timeout";
    public const string Retry = "retry";
    public const string Breaker = "circuitbreaker";
    public const string Inbound = "inbound";
    public const string Outbound = "outbound";

    public static string Of(BreakerState state) => state switch
    {
        BreakerState.Closed => "closed",
        BreakerState.HalfOpen => "half-open",
        _ => "open",
    };
}
