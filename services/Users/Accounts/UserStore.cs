using Library.Contracts;
using Library.Contracts.Users;
using Library.Defaults.Parking;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Library.Users.Identities;
using Library.Users.Passwords;
using Library.Users.Sessions;

namespace Library.Users.Accounts;

internal sealed class UserStore(
    Documents<User> users, Documents<Admins> admins, Documents<Credential> credentials, CommandStore store, Claims claims, ParkedMessages parked, Commit commit,
    IdentityProviders providers, TimeProvider time)
{
    public static readonly Schema<User> Schema = new("user");

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>What cannot be an id has no document.</summary>
    public Task<Stored<User>> Load(string id, CancellationToken cancellation) =>
        User.IsId(id) ? users.Load(id, cancellation) : Task.FromResult(new Stored<User>(Schema.KeyOf(""), null, ""));

    /// <summary>For a creation, which expects none.</summary>
    public Task<Stored<User>> LoadNew(string id, CancellationToken cancellation) => users.LoadNew(id, commit, cancellation);

    public Task<Stored<Credential>> LoadCredential(string id, CancellationToken cancellation) =>
        User.IsId(id) ? credentials.Load(id, cancellation) : Task.FromResult(new Stored<Credential>(Credential.Schema.KeyOf(""), null, ""));

    /// <summary>The store forgets it some time after nobody takes it up any more. One that was written without our learning of it is not taken up.</summary>
    public async Task HandOver(Credential credential, CancellationToken cancellation)
    {
        try
        {
            await store.Create(Credential.Schema.KeyOf(credential.Id), Credential.Schema.Write(credential), cancellation, 2 * Credential.Lifetime);
        }
        catch (Exception problem) when (!cancellation.IsCancellationRequested)
        {
            throw new RefusedException(StoreRefusals.StoreUnavailable, problem);
        }
    }

    public Task<Marks> ReadMarks(User user, CancellationToken cancellation) =>
        Marks.Read((name, value) => claims.Read(name, value, cancellation), user.Username, user.ExternalIdentity);

    /// <summary>For a creation, which expects them to be free.</summary>
    public Task<Marks> ReadNewMarks(User user, CancellationToken cancellation) =>
        Marks.Read((name, value) => claims.ReadNew(name, value, commit, cancellation), user.Username, user.ExternalIdentity);

    /// <summary>Whether an identity of this issuer has to be proved, because it can be.</summary>
    public bool CanProve(string issuer) => providers.CanProve(issuer);

    /// <summary>What is parked about the user: by his id, or only by the saga that made him.</summary>
    public Task ForgetParked(User user, CancellationToken cancellation) => parked.Forget([user.Id, .. user.SagaId is { } saga ? [saga] : Array.Empty<string>()], cancellation);

    /// <summary>With all that follows from the change: sessions that end, and who is an admin. <paramref name="beside"/> adds what else belongs to it.</summary>
    public async Task<Decision<Answer>> Save<TFact>(Stored<User> read, User user, TFact fact, CancellationToken cancellation, Action<Change>? beside = null, string? location = null)
        where TFact : IFact
    {
        var change = new Change().Save(users, read, user, fact);
        if (Admins.Has(read.Document) != Admins.Has(user))
        {
            var now = await admins.Load(Admins.Only, cancellation);
            if (Admins.After(now.Document, user) is not { } after)
            {
                return UserRefusals.LastAdmin;
            }

            change.Keep(admins, now, after);
        }

        if (read.Document is { } before && before.SessionsFrom != user.SessionsFrom)
        {
            Ended.AllOf(user, except: null).AddTo(change);
        }

        beside?.Invoke(change);
        return await commit.Run(change, user.AsAnswer() with { Location = location }, cancellation);
    }

    /// <summary>Writes what nobody else is told of but that sessions have ended, all but <paramref name="kept"/>.</summary>
    public Task<Answer> Keep(Stored<User> read, User user, string kept, CancellationToken cancellation)
    {
        var change = new Change().Keep(users, read, user);
        Ended.AllOf(user, except: kept).AddTo(change);
        return commit.Run(change, user.AsAnswer(), cancellation);
    }
}
