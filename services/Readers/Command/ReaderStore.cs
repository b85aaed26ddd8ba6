using Library.Contracts;
using Library.Defaults.Parking;
using Library.Defaults.Stores;

namespace Library.Readers.Command;

internal sealed class ReaderStore(Documents<Reader> documents, Claims claims, ParkedMessages parked, Commit commit, TimeProvider time)
{
    public static readonly Schema<Reader> Schema = new("reader");

    public DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>What cannot be an id has no document.</summary>
    public Task<Stored<Reader>> Load(string id, CancellationToken cancellation) =>
        Reader.IsId(id) ? documents.Load(id, cancellation) : Task.FromResult(new Stored<Reader>(Schema.KeyOf(""), null, ""));

    /// <summary>For a creation, which expects none.</summary>
    public Task<Stored<Reader>> LoadNew(string id, CancellationToken cancellation) => Reader.IsId(id) ? documents.LoadNew(id, commit, cancellation) : Load(id, cancellation);

    public async Task<Contacts> ReadContacts(Profile profile, CancellationToken cancellation)
    {
        var email = claims.Read("email", profile.Email, cancellation);
        var phone = claims.Read("phone", profile.Phone, cancellation);
        return new Contacts(await email, await phone);
    }

    /// <summary>For a creation, which expects them to be free.</summary>
    public async Task<Contacts> ReadNewContacts(Profile profile, CancellationToken cancellation)
    {
        var email = claims.ReadNew("email", profile.Email, commit, cancellation);
        var phone = claims.ReadNew("phone", profile.Phone, commit, cancellation);
        return new Contacts(await email, await phone);
    }

    /// <summary>What is parked about the reader: by his id, or only by the saga that made him.</summary>
    public Task ForgetParked(Reader reader, CancellationToken cancellation) => parked.Forget([reader.Id, reader.SagaId], cancellation);

    public Task<Answer> Save<TFact>(Stored<Reader> read, Reader reader, TFact fact, ContactsMove contacts, CancellationToken cancellation)
        where TFact : IFact
    {
        var change = new Change().Save(documents, read, reader, fact);
        contacts.AddTo(change, reader.Id);
        return commit.Run(change, reader.AsAnswer(), cancellation);
    }
}
