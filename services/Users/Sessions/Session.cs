namespace Library.Users.Sessions;

/// <summary>What a log-in begins.</summary>
internal static class Session
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);
}
