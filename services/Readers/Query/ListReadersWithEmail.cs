using Library.Defaults.Lists;

namespace Library.Readers.Query;

internal static class ListReadersWithEmail
{
    private const int LongestEmail = 320;

    public static async Task<IResult> Handle(
        ReaderViewStore readers, CancellationToken cancellation, string? email = null, int limit = ListQuery.DefaultLimit, string? after = null)
    {
        if (string.IsNullOrWhiteSpace(email) || email.Length > LongestEmail)
        {
            return ReaderRefusals.EmailMissing.ToProblem();
        }

        return ListQuery.Read(limit, after, out var query) is { } refusal
            ? refusal.ToProblem()
            : TypedResults.Ok(ListAnswer.Of(await readers.WithEmail(email, query, cancellation), reader => reader));
    }
}
