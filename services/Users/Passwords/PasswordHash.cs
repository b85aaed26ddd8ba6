using System.Security.Cryptography;
using System.Text;

namespace Library.Users.Passwords;

/// <summary>PBKDF2-HMAC-SHA512 with the parameters it was made with, so that they may grow.</summary>
internal sealed record PasswordHash(int Iterations, byte[] Salt, byte[] Hash)
{
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    public string Kind { get; init; } = "pbkdf2-sha512";

    public static PasswordHash Of(string password, int iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new PasswordHash(iterations, salt, Derive(password, iterations, salt, HashBytes));
    }

    /// <summary>Of no password: what somebody who does not exist is held against, at the same cost.</summary>
    public static PasswordHash OfNobody(int iterations) => new(iterations, RandomNumberGenerator.GetBytes(SaltBytes), RandomNumberGenerator.GetBytes(HashBytes));

    public bool IsSame(PasswordHash other) => Hash.AsSpan().SequenceEqual(other.Hash) && Salt.AsSpan().SequenceEqual(other.Salt);

    public bool IsOf(string password) => CryptographicOperations.FixedTimeEquals(Derive(password, Iterations, Salt, Hash.Length), Hash);

    private static byte[] Derive(string password, int iterations, byte[] salt, int bytes) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA512, bytes);
}
