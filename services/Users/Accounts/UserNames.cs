using Library.Contracts.Users;
using Library.Defaults.Stores;

namespace Library.Users.Accounts;

/// <summary>Finds users by what is claimed for them.</summary>
internal sealed class UserNames(Documents<User> users, Claims claims, CommandStore store)
{
    private const string Nobody = "nobody";

    /// <summary>Who has this normalised name. There are as many reads when nobody has.</summary>
    public async Task<Stored<User>> Find(string name, CancellationToken cancellation) =>
        await Find((await Marks.Read(Ask(cancellation), name, null)).Username, user => user.Username == name, cancellation);

    public async Task<Stored<User>> Find(ExternalIdentity identity, CancellationToken cancellation) =>
        await Find((await Marks.Read(Ask(cancellation), null, identity)).ExternalIdentity, user => user.ExternalIdentity == identity, cancellation);

    /// <summary>Writes what nobody else hears of, if nothing is in the way; nothing depends on it.</summary>
    public async Task<bool> Keep(Stored<User> read, User user, CancellationToken cancellation)
    {
        try
        {
            return await store.Replace(read.Key, users.Schema.Write(user), read.ETag, cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private Func<string, string?, Task<Claimed>> Ask(CancellationToken cancellation) => (name, value) => claims.Read(name, value, cancellation);

    private async Task<Stored<User>> Find(Claimed claimed, Predicate<User> isHis, CancellationToken cancellation)
    {
        var read = await users.Load(claimed.Owner ?? Nobody, cancellation);
        return read.Document is { } user && isHis(user) ? read : read with { Document = null };
    }
}
