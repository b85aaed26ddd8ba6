using Library.Defaults.Auth;
using Library.Defaults.Lists;
using Library.Defaults.ReadYourWrites;

namespace Library.Readers.Query;

internal static class ReadersEndpoints
{
    public static void MapReaders(this WebApplication app)
    {
        var readers = app.MapGroup("/readers").WithTags("readers");
        readers.MapGet("/{id}", GetReader.Handle).ForReaderOrStaff("id").ReadsYourWrites<ReaderView>().WithName("GetReader").Produces<ReaderView>();
        readers.MapGet("", ListReadersWithEmail.Handle).ForRoles(Roles.Staff).ReadsYourWrites<ReaderView>().WithName("ListReadersWithEmail").Produces<ListAnswer<ReaderView>>();
    }
}
