using Library.Defaults.Refusals;

namespace Library.Readers.Query;

internal static class ReaderRefusals
{
    public static readonly Refusal Unknown = new("reader-unknown", "There is no such reader.", StatusCodes.Status404NotFound);

    public static readonly Refusal EmailMissing = new(
        "email-missing", "Say whom to look for: ?email=name@example.org, of at most 320 characters.", StatusCodes.Status400BadRequest);
}
