using Sidecar.Configuration;

namespace Sidecar.Tests.Configuration;

public sealed class ShellVariablesTests
{
    [Theory]
    [InlineData("$NAME", "value")]
    [InlineData("a${NAME}b$NAME-c", "avaluebvalue-c")]
    [InlineData("$NAMES", "")]
    [InlineData("${NO}x", "x")]
    [InlineData("5$ and $", "5$ and $")]
    [InlineData("$.5", "$.5")]
    [InlineData("$$NAME", "NAME")]
    [InlineData("$1x", "x")]
    [InlineData("${}x", "x")]
    [InlineData("${NAME", "NAME")]
    [InlineData("plain", "plain")]
    public void Text_is_filled_in_as_Go_does_it(string text, string expected) =>
        Assert.Equal(expected, ShellVariables.Expand(text, name => name == "NAME" ? "value" : null));
}
