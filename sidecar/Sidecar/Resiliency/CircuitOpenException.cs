namespace Sidecar.Resiliency;

/// <summary>The call was not made: too much has failed lately, or the breaker tries out fewer calls than came.</summary>
public sealed class CircuitOpenException(bool isTryingOut = false) : Exception(isTryingOut ? "too many requests" : "circuit breaker is open");
