using System.Security.Cryptography;

namespace Library.Coordinator;

/// <summary>Ids by which a saga may be asked for without a token, so nobody may guess them: all of it is random, and it tells no time.</summary>
internal static class SagaIds
{
    private const int Letters = 32;

    public static string New() => RandomNumberGenerator.GetHexString(Letters, lowercase: true);
}
