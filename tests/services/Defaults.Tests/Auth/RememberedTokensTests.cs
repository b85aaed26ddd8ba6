using Library.Defaults.Auth;
using Library.Defaults.Auth.Tokens;
using Microsoft.Extensions.Options;

namespace Defaults.Tests.Auth;

public sealed class RememberedTokensTests
{
    private static readonly Token Any = new(new Caller("u", null, new HashSet<string>()), "j", "k", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);

    [Fact]
    public void There_are_never_more_than_the_limit_and_those_that_are_shown_stay()
    {
        var remembered = new RememberedTokens(Options.Create(new AuthOptions { MostRemembered = 100 }));
        var shown = TokenHash.Of("shown");
        remembered.Add(shown, Any);

        for (var n = 0; n < 10_000; n++)
        {
            remembered.Add(TokenHash.Of($"{n}"), Any);
            Assert.NotNull(remembered.Find(shown));
            Assert.True(remembered.Count <= 100, $"{remembered.Count}");
        }

        Assert.Null(remembered.Find(TokenHash.Of("0")));
        Assert.NotNull(remembered.Find(TokenHash.Of("9999")));
    }

    [Fact]
    public void None_are_remembered_where_none_may_be()
    {
        var remembered = new RememberedTokens(Options.Create(new AuthOptions { MostRemembered = 0 }));
        remembered.Add(TokenHash.Of("a"), Any);

        Assert.Equal(0, remembered.Count);
    }

    [Fact]
    public void A_hash_tells_every_letter()
    {
        Assert.Equal(TokenHash.Of("abc"), TokenHash.Of("abc"));
        Assert.NotEqual(TokenHash.Of("abc"), TokenHash.Of("abd"));
        Assert.NotEqual(TokenHash.Of("abc"), TokenHash.Of("ABC"));
    }
}
