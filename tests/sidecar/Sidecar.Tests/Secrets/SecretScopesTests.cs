using Sidecar.Secrets;

namespace Sidecar.Tests.Secrets;

public sealed class SecretScopesTests
{
    [Theory]
    [InlineData(false, "", "", true)]
    [InlineData(true, "", "", false)]
    [InlineData(true, "a", "", true)]
    [InlineData(false, "b", "", false)]
    [InlineData(false, "", "a", false)]
    [InlineData(false, "", "b", true)]
    [InlineData(true, "", "b", false)]
    [InlineData(false, "a", "a", true)]
    public void A_list_of_allowed_secrets_counts_first_then_denied_ones_then_the_default(bool denies, string allowed, string denied, bool expected)
    {
        var scopes = new SecretScopes([new SecretScope("vault") { DefaultAccess = denies ? "Deny" : "", AllowedSecrets = List(allowed), DeniedSecrets = List(denied) }]);

        Assert.Equal(expected, scopes.Allow("vault", "a"));
        Assert.True(scopes.Allow("other", "a"));
    }

    private static string[] List(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
