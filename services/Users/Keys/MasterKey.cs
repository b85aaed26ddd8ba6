using System.Security.Cryptography;
using System.Text;

namespace Library.Users.Keys;

/// <summary>Seals private keys: AES-GCM with a key made of the secret master-key, bound to the id of the key inside.</summary>
internal sealed class MasterKey
{
    public const string Secret = "master-key";

    public const int Shortest = 32;
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int IdBytes = 8;

    private readonly byte[] _key;

    public MasterKey(string secret)
    {
        var material = Encoding.UTF8.GetBytes(secret);
        _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, material, KeyBytes, info: "library user: signing keys"u8.ToArray());
        Id = Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, material, IdBytes, info: "library user: id of the master key"u8.ToArray()));
        CryptographicOperations.ZeroMemory(material);
    }

    /// <summary>Tells one master key from another, and nothing else.</summary>
    public string Id { get; }

    public byte[] Seal(byte[] content, string boundTo)
    {
        var sealedKey = new byte[NonceBytes + content.Length + TagBytes];
        RandomNumberGenerator.Fill(sealedKey.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(sealedKey.AsSpan(0, NonceBytes), content, sealedKey.AsSpan(NonceBytes, content.Length), sealedKey.AsSpan(NonceBytes + content.Length), Encoding.UTF8.GetBytes(boundTo));
        return sealedKey;
    }

    /// <summary>Throws a <see cref="CryptographicException"/> when it was sealed with another master key, or changed, or is bound to something else.</summary>
    public byte[] Open(byte[] sealedKey, string boundTo)
    {
        if (sealedKey.Length < NonceBytes + TagBytes)
        {
            throw new CryptographicException("Too short to be a sealed key.");
        }

        var content = new byte[sealedKey.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(_key, TagBytes);
        aes.Decrypt(sealedKey.AsSpan(0, NonceBytes), sealedKey.AsSpan(NonceBytes, content.Length), sealedKey.AsSpan(NonceBytes + content.Length), content, Encoding.UTF8.GetBytes(boundTo));
        return content;
    }
}
