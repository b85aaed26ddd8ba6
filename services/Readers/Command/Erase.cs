using Library.Contracts.Readers;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Readers.Command;

internal static class Erase
{
    public static async Task<Decision<Answer>> Handle(EraseReader command, ReaderStore readers, CancellationToken cancellation)
    {
        var read = await readers.Load(command.ReaderId, cancellation);
        if (read.Document is not { } reader)
        {
            return ReaderRefusals.Unknown;
        }

        if (reader.Erase().IsRefused(out var refusal, out var erased))
        {
            return refusal;
        }

        // Before the answer is committed: whoever dies in between does it again.
        await readers.ForgetParked(reader, cancellation);
        var contacts = await readers.ReadContacts(reader.Profile, cancellation);
        return await readers.Save(read, erased, erased.AsErased(), new ContactsMove(Taken: null, Released: contacts), cancellation);
    }
}
