using Library.Contracts.Readers;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Readers.Command;

internal static class Cancel
{
    public static async Task<Decision<Answer>> Handle(CancelReader command, ReaderStore readers, CancellationToken cancellation)
    {
        var read = await readers.Load(command.ReaderId, cancellation);
        if (read.Document is not { } reader)
        {
            return ReaderRefusals.Unknown;
        }

        if (reader.Cancel(command.SagaId).IsRefused(out var refusal, out var cancelled))
        {
            return refusal;
        }

        var contacts = await readers.ReadContacts(reader.Profile, cancellation);
        return await readers.Save(read, cancelled, cancelled.AsCancelled(), new ContactsMove(Taken: null, Released: contacts), cancellation);
    }
}
