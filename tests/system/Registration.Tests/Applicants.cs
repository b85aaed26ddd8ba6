namespace Registration.Tests;

/// <summary>People nobody has seen before.</summary>
internal static class Applicants
{
    private static int _count;

    public static object Next(string name, string? email = null, string? username = null)
    {
        var (subject, mark) = ($"subject-{Guid.NewGuid():N}", $"{Interlocked.Increment(ref _count)}-{Guid.NewGuid():N}");
        return new
        {
            name = $"Ada of {name}",
            email = email ?? $"ada{mark}@registration.example",
            birthDate = "1990-02-03",
            username = username ?? $"ada{mark}",
            externalIdentity = new { issuer = "https://house.example", subject },
        };
    }

    public static object WithPassword(string username, string password, string? email = null, string? name = null, string? phone = null, string birthDate = "1990-02-03") =>
        new { name = name ?? "Ada Lovelace", email = email ?? $"{username}@registration.example", phone, birthDate, username, password };
}
