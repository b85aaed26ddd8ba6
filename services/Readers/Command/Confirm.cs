using Library.Contracts.Readers;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Readers.Command;

internal static class Confirm
{
    public static async Task<Decision<Answer>> Handle(ConfirmReader command, ReaderStore readers, CancellationToken cancellation)
    {
        var read = await readers.Load(command.ReaderId, cancellation);
        if (read.Document is not { } reader)
        {
            return ReaderRefusals.Unknown;
        }

        if (reader.Confirm(command.SagaId).IsRefused(out var refusal, out var confirmed))
        {
            return refusal;
        }

        return await readers.Save(read, confirmed, confirmed.AsConfirmed(), ContactsMove.None, cancellation);
    }
}
