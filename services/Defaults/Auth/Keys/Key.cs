using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Library.Defaults.Auth.Keys;

/// <summary>A public key (P-256). The framework's object is for one thread at a time, so there are as many as there are checks at once.</summary>
internal sealed class Key(ECParameters parameters)
{
    private readonly ConcurrentBag<ECDsa> _idle = [];

    /// <summary>None where there is no such point on the curve.</summary>
    public static Key? Of(byte[] x, byte[] y)
    {
        var key = new Key(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } });
        try
        {
            key._idle.Add(ECDsa.Create(key.Parameters));
            return key;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private ECParameters Parameters { get; } = parameters;

    public bool HasSigned(byte[] signed, byte[] signature)
    {
        var ecdsa = _idle.TryTake(out var idle) ? idle : ECDsa.Create(Parameters);
        try
        {
            return ecdsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        finally
        {
            _idle.Add(ecdsa);
        }
    }
}
