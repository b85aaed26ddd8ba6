using Microsoft.AspNetCore.Http;

namespace Library.Defaults.Refusals;

public static class StoreRefusals
{
    public static readonly Refusal StoreUnavailable = new(
        "store-unavailable", "The service cannot reach its store now. Nothing is lost; please try again.", StatusCodes.Status503ServiceUnavailable)
    { RetryAfter = TimeSpan.FromSeconds(2) };

    public static readonly Refusal OutcomeUnknown = new(
        "outcome-unknown", "The store did not answer, so it is not known yet whether this was done. Please send it again with the same Idempotency-Key.",
        StatusCodes.Status503ServiceUnavailable)
    { RetryAfter = TimeSpan.FromSeconds(2) };

    public static readonly Refusal NoPlace = new(
        "no-outbox-place", "All places of the outbox are held by other replicas. Please try again.", StatusCodes.Status503ServiceUnavailable)
    { RetryAfter = TimeSpan.FromSeconds(2) };

    public static readonly Refusal RaceLost = new(
        "race-lost", "Others were changing the same thing at the same time. Please look at it again and retry.", StatusCodes.Status409Conflict);
}
