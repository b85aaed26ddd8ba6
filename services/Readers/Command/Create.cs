using Library.Contracts.Readers;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Readers.Command;

internal static class Create
{
    public static async Task<Decision<Answer>> Handle(CreateReader command, ReaderStore readers, CancellationToken cancellation)
    {
        var read = await readers.LoadNew(command.ReaderId, cancellation);
        if (read.Exists)
        {
            return ReaderRefusals.Exists;
        }

        var profile = new Profile(command.Name, command.Email, command.Phone, command.BirthDate).Normalised();
        var contacts = await readers.ReadNewContacts(profile, cancellation);
        if (Reader.Create(command.ReaderId, command.SagaId, profile, contacts, readers.Today).IsRefused(out var refusal, out var created))
        {
            return refusal;
        }

        return await readers.Save(read, created, created.AsCreated(), new ContactsMove(Taken: contacts, Released: null), cancellation);
    }
}
