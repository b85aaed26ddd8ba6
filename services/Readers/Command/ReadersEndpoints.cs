using Library.Contracts.Readers;
using Library.Defaults.Auth;
using Library.Defaults.Handled;
using Library.Defaults.Idempotency;

namespace Library.Readers.Command;

internal static class ReadersEndpoints
{
    public static void MapReaders(this WebApplication app)
    {
        app.MapCommand<CreateReader, ReaderStore>(Create.Handle);
        app.MapCommand<ConfirmReader, ReaderStore>(Confirm.Handle);
        app.MapCommand<CancelReader, ReaderStore>(Cancel.Handle);

        var readers = app.MapGroup("/readers").ForReaderOrStaff("id").WithTags("readers").ChangesState();
        readers.MapPatch("/{id}", ChangeProfile.Handle).WithName("ChangeReaderProfile").Produces<ReaderChanged>();
    }
}
