using Sidecar.Errors;
using Sidecar.Invocation;

namespace Sidecar.Tests.Invocation;

public class MethodPathTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("a/", "a")]
    [InlineData("a//b", "a/b")]
    [InlineData("a/./b", "a/b")]
    [InlineData("a/../b", "b")]
    [InlineData("../../b", "b")]
    [InlineData("..", "")]
    [InlineData("", "")]
    [InlineData("/a/../b/", "/b")]
    [InlineData(".well-known/x", ".well-known/x")]
    [InlineData("a%2Fb", "a%2Fb")]
    [InlineData("te\"st*\\", "te\"st*\\")]
    public void A_method_is_cleaned(string method, string expected)
    {
        Assert.Equal(expected, MethodPath.Normalize(method));
    }

    [Theory]
    [InlineData("te#st", "invalid method: method contains forbidden character: \"te#st\"")]
    [InlineData("te?st", "invalid method: method contains forbidden character: \"te?st\"")]
    [InlineData("te\0st", "invalid method: method contains forbidden character: \"te\\x00st\"")]
    [InlineData("te\nst?", "invalid method: method contains forbidden character: \"te\\nst?\"")]
    [InlineData("té\rst", "invalid method: method contains control character at position 3: \"té\\rst\"")]
    [InlineData("te\u007fst", "invalid method: method contains control character at position 2: \"te\\x7fst\"")]
    public void A_method_that_is_more_than_a_path_is_refused(string method, string message)
    {
        var refusal = Assert.Throws<InvocationException>(() => MethodPath.Normalize(method));
        Assert.Equal((GrpcCode.InvalidArgument, message), (refusal.Code, refusal.Description));
        Assert.Equal("rpc error: code = InvalidArgument desc = " + message, refusal.Message);
    }

    [Theory]
    [InlineData("a/b", "/a/b")]
    [InlineData("", "/")]
    [InlineData("/a", "/a")]
    [InlineData("a b", "/a%20b")]
    [InlineData("a!b(c)", "/a!b(c)")]
    [InlineData("a!b c", "/a%21b%20c")]
    [InlineData("a%2Fb", "/a%2Fb")]
    [InlineData("a%2Fb c", "/a/b%20c")]
    [InlineData("żółw", "/%C5%BC%C3%B3%C5%82w")]
    [InlineData("a\"b", "/a%22b")]
    [InlineData("a+b;c=d@e", "/a+b;c=d@e")]
    public void A_method_becomes_a_path_as_Go_writes_it(string method, string expected)
    {
        Assert.True(MethodPath.TryEscape(method, out var path));
        Assert.Equal(expected, path);
    }

    [Theory]
    [InlineData("a%zz", "%zz")]
    [InlineData("a%2Fb%", "%")]
    [InlineData("a%4", "%4")]
    public void A_broken_escape_is_found(string method, string broken)
    {
        Assert.False(MethodPath.TryEscape(method, out var path));
        Assert.Equal(broken, MethodPath.BrokenEscape(path));
    }

    [Fact]
    public void Decoding_a_path_leaves_a_plus_alone()
    {
        var path = "/a+b%20c%2Bd";
        Assert.True(MethodPath.TryDecode(ref path));
        Assert.Equal("/a+b c+d", path);
    }
}
