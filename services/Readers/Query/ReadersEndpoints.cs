using Library.Defaults.Lists;
using Library.Defaults.ReadYourWrites;

namespace Library.Readers.Query;

internal static class ReadersEndpoints
{
    public static void MapReaders(this WebApplication app)
    {
        // Who may ask what is decided on this group, for all its routes.
        var readers = app.MapGroup("/readers").WithTags("readers");
        readers.MapGet("/{id}", GetReader.Handle).ReadsYourWrites<ReaderView>().WithName("GetReader").Produces<ReaderView>();
        readers.MapGet("", ListReadersWithEmail.Handle).ReadsYourWrites<ReaderView>().WithName("ListReadersWithEmail").Produces<ListAnswer<ReaderView>>();
    }
}
