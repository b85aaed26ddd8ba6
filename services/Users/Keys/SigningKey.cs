using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Library.Users.Keys;

/// <summary>A private key, open. The framework's object is for one thread at a time, so there are as many as there are signatures at once.</summary>
internal sealed class SigningKey(string kid, ECParameters parameters)
{
    private readonly ConcurrentBag<ECDsa> _idle = [];

    public string Kid { get; } = kid;

    public static KeptKey Make(MasterKey master, DateTimeOffset now)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (kid, made) = (Guid.CreateVersion7(now).ToString("N"), pair.ExportParameters(includePrivateParameters: true));
        var key = new KeptKey(kid, made.Q.X!, made.Q.Y!, master.Seal(made.D!, kid), master.Id, now);
        CryptographicOperations.ZeroMemory(made.D);
        return key;
    }

    public static SigningKey Open(KeptKey key, MasterKey master)
    {
        var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = key.X, Y = key.Y }, D = master.Open(key.Sealed, key.Kid) };
        var open = new SigningKey(key.Kid, parameters);
        open._idle.Add(ECDsa.Create(parameters));
        return open;
    }

    public byte[] Sign(byte[] content)
    {
        var ecdsa = _idle.TryTake(out var idle) ? idle : ECDsa.Create(parameters);
        try
        {
            return ecdsa.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        finally
        {
            _idle.Add(ecdsa);
        }
    }
}
