using Library.Contracts.Users;
using Library.Defaults.Stores;

namespace Library.Users.Passwords;

/// <summary>What a user will prove itself with, handed over before the user exists. Nobody takes it up after an hour.</summary>
internal sealed record Credential(string Id, DateTimeOffset At, string? Username, PasswordHash? Password, ExternalIdentity? ExternalIdentity)
{
    public static readonly Schema<Credential> Schema = new("credential");

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public bool IsStale(DateTimeOffset now) => now - At >= Lifetime;
}
