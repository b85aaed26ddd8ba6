using Library.Contracts.Readers;
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

        // Who may do what is decided on this group, for all its routes.
        var readers = app.MapGroup("/readers").WithTags("readers").ChangesState();
        readers.MapPatch("/{id}", ChangeProfile.Handle).WithName("ChangeReaderProfile").Produces<ReaderChanged>();
    }
}
