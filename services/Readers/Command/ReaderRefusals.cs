using Library.Contracts;
using Library.Defaults.Refusals;

namespace Library.Readers.Command;

internal static class ReaderRefusals
{
    public static readonly Refusal Unknown = new("reader-unknown", "There is no reader with this id.", StatusCodes.Status404NotFound);

    public static readonly Refusal Exists = new("reader-exists", "There is a reader with this id, made by another step.", StatusCodes.Status409Conflict);

    public static readonly Refusal OfAnotherSaga = new("reader-of-another-saga", "This reader was made by another saga, which alone may do this.", StatusCodes.Status409Conflict);

    public static readonly Refusal Cancelled = new("reader-cancelled", "The creation of this reader was undone.", StatusCodes.Status409Conflict);

    public static readonly Refusal Confirmed = new("reader-confirmed", "This reader was confirmed before; that is not undone or done again.", StatusCodes.Status409Conflict);

    public static Refusal Pending(string sagaId) => new(
        "reader-pending", $"This reader is still being registered (saga {sagaId}). Try again when that has ended.", StatusCodes.Status409Conflict);

    public static Refusal NotPossible(IReadOnlyList<Reason> reasons) => new(
        "reader-not-possible", string.Join(' ', reasons.Select(reason => reason.Sentence)), StatusCodes.Status422UnprocessableEntity) { Reasons = reasons };

    public static Refusal Taken(IReadOnlyList<Reason> reasons) => new(
        reasons[0].Code, string.Join(' ', reasons.Select(reason => reason.Sentence)), StatusCodes.Status409Conflict) { Reasons = reasons };
}
