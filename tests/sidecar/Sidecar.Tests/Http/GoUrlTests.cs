using Sidecar.Http;

namespace Sidecar.Tests.Http;

public sealed class GoUrlTests
{
    [Theory]
    [InlineData("/a/b", "/a/b")]
    [InlineData("//a///b/", "/a/b")]
    [InlineData("/a/./b/../c", "/a/c")]
    [InlineData("/../../a", "/a")]
    [InlineData("/", "/")]
    [InlineData("", "/")]
    [InlineData("/a/.hidden", "/a/.hidden")]
    [InlineData("/a%2F%2Fb", "/a%2F%2Fb")]
    public void A_path_is_cleaned(string path, string expected) => Assert.Equal(expected, GoUrl.Clean(path));

    [Fact]
    public void A_query_leaves_out_what_is_broken()
    {
        var pairs = GoUrl.ParseQuery("a=1&b=%zz&c=x+y%26&d&e=1;2&=v");
        Assert.Equal(["a=1", "c=x y&", "d=", "=v"], pairs.Select(pair => $"{pair.Key}={pair.Value}"));
    }
}
