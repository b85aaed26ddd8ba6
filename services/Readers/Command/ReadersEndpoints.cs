using Library.Contracts.Readers;
using Library.Defaults.Auth;
using Library.Defaults.Idempotency;
using Library.Sagas.Participant;

namespace Library.Readers.Command;

internal static class ReadersEndpoints
{
    public static void MapReaders(this WebApplication app)
    {
        app.MapStep<CreateReader, CancelReader, ReaderStore>(Create.Handle, Cancel.Handle);
        app.MapStep<ConfirmReader, ReaderStore>(Confirm.Handle);
        app.MapStep<EraseReader, ReaderStore>(Erase.Handle);

        var readers = app.MapGroup("/readers").ForReaderOrStaff("id").WithTags("readers").ChangesState();
        readers.MapPatch("/{id}", ChangeProfile.Handle).WithName("ChangeReaderProfile").Produces<ReaderChanged>();
    }
}
