using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Library.Defaults.Auth.Tokens;

/// <summary>What is kept of a token in memory: enough to know it again, nothing to use it with.</summary>
internal readonly record struct TokenHash(UInt128 First, UInt128 Second)
{
    public static TokenHash Of(string text)
    {
        Span<byte> bytes = stackalloc byte[WrittenToken.MostLetters * 3];
        Span<UInt128> hash = stackalloc UInt128[2];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], MemoryMarshal.AsBytes(hash));
        return new TokenHash(hash[0], hash[1]);
    }
}
