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
            if (!Reader.IsId(command.ReaderId))
            {
                return ReaderRefusals.Unknown;
            }

            var barred = Reader.Barred(command.ReaderId, command.SagaId);
            return await readers.Save(read, barred, barred.AsCancelled(), ContactsMove.None, cancellation);
        }

        if (reader.Cancel(command.SagaId).IsRefused(out var refusal, out var cancelled))
        {
            return refusal;
        }

        return cancelled == reader
            ? reader.AsAnswer()
            : await readers.Save(read, cancelled, cancelled.AsCancelled(), new ContactsMove(Taken: null, Released: await readers.ReadContacts(reader.Profile, cancellation)), cancellation);
    }
}
