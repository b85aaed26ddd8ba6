namespace Library.Defaults.Auth.Tokens;

/// <summary>What a token says, in the words of RFC 7519. Times are seconds since 1970; fractions tell a token from a session that ended in the same second.</summary>
internal sealed record Claims(string Iss, string Aud, string Sub, string Jti, decimal Iat, decimal Exp, IReadOnlyList<string> Roles, decimal? Nbf = null, string? Reader = null)
{
    private const int LongestName = 200;
    private const int MostRoles = 16;
    private const decimal LatestTime = 253_402_300_799;

    public bool IsSmall =>
        IsName(Sub) && IsName(Jti) && (Reader is null || IsName(Reader)) && Roles.Count <= MostRoles && Roles.All(IsName) &&
        IsTime(Iat) && IsTime(Exp) && IsTime(Nbf ?? 0);

    public static DateTimeOffset Time(decimal seconds) => DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));

    private static bool IsName(string? name) => name is { Length: > 0 and <= LongestName };

    private static bool IsTime(decimal seconds) => seconds is >= 0 and <= LatestTime;
}
