using Library.Contracts;
using Library.Contracts.Users;
using Library.Defaults.Stores;

namespace Library.Users.Accounts;

/// <summary>Who has a user name and an identity of another house, each of which belongs to one user at most.</summary>
internal sealed record Marks(Claimed Username, Claimed ExternalIdentity)
{
    public static async Task<Marks> Read(Func<string, string?, Task<Claimed>> claimed, string? username, ExternalIdentity? identity)
    {
        var name = claimed("username", username is null ? null : UserName.LookOf(username));
        var outside = claimed("identity", identity is null ? null : $"{identity.Issuer}\n{identity.Subject}");
        return new Marks(await name, await outside);
    }

    public IEnumerable<Reason> TakenFrom(string id)
    {
        if (Username.IsTakenFrom(id))
        {
            yield return new Reason("username-taken", "This user name, or one that looks the same, belongs to another user. Choose another one.");
        }

        if (ExternalIdentity.IsTakenFrom(id))
        {
            yield return new Reason("identity-taken", "This external identity belongs to another user. Log in with it instead.");
        }
    }

    public void Take(string id, Change change)
    {
        Username.Take(id, change);
        ExternalIdentity.Take(id, change);
    }

    public void Release(string id, Change change)
    {
        Username.Release(id, change);
        ExternalIdentity.Release(id, change);
    }
}
