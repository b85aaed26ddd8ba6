using System.ComponentModel.DataAnnotations;

namespace Library.Users.Passwords;

/// <summary>Section "Hashing" of the configuration.</summary>
internal sealed class HashingOptions
{
    public const string Section = "Hashing";

    /// <summary>What OWASP asks of PBKDF2-HMAC-SHA512 at least. Passwords are hashed anew when their users log in after it has grown.</summary>
    public const int Floor = 210_000;

    [Range(Floor, 100 * Floor)]
    public int Iterations { get; set; } = Floor;

    /// <summary>At once; 0 is as many as there are cores.</summary>
    [Range(0, 256)]
    public int Threads { get; set; }

    /// <summary>So many may wait for their turn.</summary>
    [Range(1, 10_000)]
    public int Waiting { get; set; } = 64;

    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);
}
