using Library.Contracts;
using Library.Defaults.Refusals;

namespace Library.Users;

internal static class UserRefusals
{
    public static readonly Refusal Unknown = new("user-unknown", "There is no user with this id.", StatusCodes.Status404NotFound);

    public static readonly Refusal Exists = new("user-exists", "There is a user with this id already.", StatusCodes.Status409Conflict);

    public static readonly Refusal OfAnotherSaga = new("user-of-another-saga", "This user was made by another saga, which alone may do this.", StatusCodes.Status409Conflict);

    public static readonly Refusal Cancelled = new("user-cancelled", "The creation of this user was undone.", StatusCodes.Status409Conflict);

    public static readonly Refusal Activated = new("user-activated", "This user was activated; that cannot be undone.", StatusCodes.Status409Conflict);

    public static readonly Refusal Erased = new("user-erased", "This user was erased; that cannot be undone.", StatusCodes.Status409Conflict);

    public static readonly Refusal IdInvalid = new(
        "user-id-invalid", "A user's id has 1 to 64 letters, digits and dashes.", StatusCodes.Status422UnprocessableEntity);

    public static readonly Refusal NoIdentity = new(
        "identity-missing", "A user proves itself with a password that was handed over (credentialId) or with an external identity. Give one of them.", StatusCodes.Status422UnprocessableEntity);

    public static readonly Refusal IdentityUnproved = new(
        "identity-unproved", "An identity of this issuer can be proved, so it has to be: register with the idToken of the provider.", StatusCodes.Status422UnprocessableEntity);

    public static readonly Refusal LastAdmin = new(
        "last-admin", "This is the last active user with the role admin. Give the role to another user first.", StatusCodes.Status409Conflict);

    public static readonly Refusal CredentialUnknown = new(
        "credential-unknown", "There is no such credential: it was used already, or an hour has passed since the password was handed over. Hand it over again.",
        StatusCodes.Status409Conflict);

    public static Refusal Pending(string? sagaId) => new(
        "user-pending", $"This user is still being registered (saga {sagaId}). Try again when that has ended.", StatusCodes.Status409Conflict);

    public static Refusal NotPossible(IReadOnlyList<Reason> reasons) => new("user-not-possible", Sum(reasons), StatusCodes.Status422UnprocessableEntity) { Reasons = reasons };

    public static Refusal Taken(IReadOnlyList<Reason> reasons) => new(reasons[0].Code, Sum(reasons), StatusCodes.Status409Conflict) { Reasons = reasons };

    /// <summary>What is wrong and what is taken, told together: whoever corrects one wants to know of the other.</summary>
    public static Refusal? Of(IReadOnlyList<Reason> wrong, IReadOnlyList<Reason> taken) =>
        wrong.Count > 0 ? NotPossible([.. wrong, .. taken])
        : taken.Count > 0 ? Taken(taken)
        : null;

    private static string Sum(IReadOnlyList<Reason> reasons) => string.Join(' ', reasons.Select(reason => reason.Sentence));
}
