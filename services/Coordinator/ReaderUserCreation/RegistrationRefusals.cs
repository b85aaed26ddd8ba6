using Library.Contracts;
using Library.Defaults.Refusals;
using Library.Sagas.Orchestrator.Records;

namespace Library.Coordinator.ReaderUserCreation;

internal static class RegistrationRefusals
{
    private const string Deadline = "deadline";

    public static readonly Refusal Unknown = new("registration-unknown", "There is no registration with this id.", StatusCodes.Status404NotFound);

    public static readonly Refusal HandOverUnavailable = new(
        "registration-unavailable", "Accounts cannot be made now; nothing was begun. Please try again.", StatusCodes.Status503ServiceUnavailable)
    { RetryAfter = TimeSpan.FromSeconds(5) };

    private static readonly Refusal TooLate = new(
        "registration-given-up", "A part of the library did not answer in time, so everything was undone. Please register again.", StatusCodes.Status503ServiceUnavailable)
    { RetryAfter = TimeSpan.FromSeconds(30) };

    public static Refusal NotPossible(IReadOnlyList<Reason> reasons) => new(
        "registration-not-possible", Sum(reasons), StatusCodes.Status422UnprocessableEntity) { Reasons = reasons };

    /// <summary>Whoever corrects what is wrong here wants to know what users would not take.</summary>
    public static Refusal Together(IReadOnlyList<Reason> wrong, Refusal refused) =>
        wrong.Count == 0 ? refused
        : refused.Status is StatusCodes.Status409Conflict or StatusCodes.Status422UnprocessableEntity ? NotPossible([.. wrong, .. refused.AllReasons().ExceptBy(wrong.Select(reason => reason.Code), reason => reason.Code)])
        : NotPossible(wrong);

    /// <summary>Of a saga that was undone.</summary>
    public static Refusal Of(SagaRecord saga) =>
        saga.Reasons.Any(reason => reason.Code == Deadline) ? TooLate
        : saga.Reasons.Count > 0 && saga.Reasons.All(reason => reason.Code.EndsWith("-taken", StringComparison.Ordinal))
            ? new Refusal(saga.Reasons[0].Code, Sum(saga.Reasons), StatusCodes.Status409Conflict) { Reasons = saga.Reasons }
        : NotPossible(saga.Reasons);

    private static string Sum(IReadOnlyList<Reason> reasons) => string.Join(' ', reasons.Select(reason => reason.Sentence));
}
