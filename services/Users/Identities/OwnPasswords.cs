using Library.Defaults.Refusals;
using Library.Users.Accounts;
using Library.Users.Passwords;
using Library.Users.Sessions;

namespace Library.Users.Identities;

/// <summary>
/// Users with a password that is kept here. Whoever does not exist, or may not log in, costs the same reads and the same hash as anybody else.
/// </summary>
internal sealed class OwnPasswords(UserNames names, Hashing hashing, Throttle throttle) : IIdentityProvider
{
    private readonly PasswordHash _nobodys = PasswordHash.OfNobody(hashing.Iterations);

    public string? Issuer => null;

    public Abilities Can => Abilities.Create | Abilities.Disable | Abilities.Verify;

    public bool IsFor(Proof proof) => proof.IdToken is null;

    public Task<Offer> Examine(Proof proof, CancellationToken cancellation) =>
        Task.FromResult(new Offer([.. PasswordRules.Wrong(proof.Password, proof.Username, proof.Email)], Password: proof.Password));

    public async Task<User?> Verify(Proof proof, ClientAddress from, CancellationToken cancellation)
    {
        var name = UserName.Normalise(proof.Username ?? "");
        var account = UserName.AccountOf(name);
        if (throttle.Enter(account, from.Network) is { } wait)
        {
            throw new RefusedException(PasswordRefusals.TooManyAttempts(wait));
        }

        User? user;
        try
        {
            user = await Check(name, proof.Password ?? "", from, cancellation);
        }
        catch
        {
            throttle.Withdraw(account, from.Network);
            throw;
        }

        if (user is null)
        {
            throttle.Blame(account, from.Network);
        }
        else
        {
            throttle.Forgive(account, from.Network);
        }

        return user;
    }

    private async Task<User?> Check(string name, string password, ClientAddress from, CancellationToken cancellation)
    {
        for (var read = await names.Find(name, cancellation); ;)
        {
            var hash = read.Document?.Password ?? _nobodys;
            var (isRight, better) = await hashing.Run(from.Network, () => Compare(hash, password), cancellation);
            if (!isRight || read.Document is not { } user)
            {
                return null;
            }

            if (better is not null && await names.Keep(read, user with { Password = better }, cancellation))
            {
                return user with { Password = better };
            }

            // It took its time: the password may be another one by now, or hashed anew by another login, or the user be gone.
            read = await names.Find(name, cancellation);
            if (read.Document?.Password?.IsSame(hash) == true)
            {
                return read.Document;
            }
        }
    }

    /// <summary>With a better hash where the cost has grown.</summary>
    private (bool IsRight, PasswordHash? Better) Compare(PasswordHash hash, string password)
    {
        var isRight = PasswordRules.IsOfLength(password) & hash.IsOf(PasswordRules.IsOfLength(password) ? password : "");
        return (isRight, isRight && hash != _nobodys && hash.Iterations < hashing.Iterations ? PasswordHash.Of(password, hashing.Iterations) : null);
    }
}
