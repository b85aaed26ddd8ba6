using Library.Defaults.Refusals;

namespace Library.Readers.Query;

internal static class GetReader
{
    public static async Task<IResult> Handle(string id, ReaderViewStore readers, CancellationToken cancellation) =>
        await readers.Find(id, cancellation) is { } reader ? TypedResults.Ok(reader) : ReaderRefusals.Unknown.ToProblem();
}
