using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Telemetry;

public sealed class TraceStateTests
{
    [Theory]
    [InlineData("congo=t61rcWkgMzE", "congo=t61rcWkgMzE")]
    [InlineData(" rojo=00f067aa0ba902b7 ,, \tcongo=a b\t", "rojo=00f067aa0ba902b7,congo=a b")]
    [InlineData("1tenant@sys-tem=x", "1tenant@sys-tem=x")]
    public void Members_are_kept_in_order_without_blanks_around(string header, string expected) => Assert.Equal(expected, TraceState.Parse(header));

    [Theory]
    [InlineData("")]
    [InlineData("Upper=1")]
    [InlineData("1vendor=1")]
    [InlineData("a=1,a=2")]
    [InlineData("a=1,broken")]
    [InlineData("a=")]
    [InlineData("a=x=y")]
    [InlineData("=x")]
    [InlineData("a =x")]
    [InlineData("tenant@=1")]
    [InlineData("tenant@a_name_too_long=1")]
    public void One_broken_member_makes_all_void(string header) => Assert.Null(TraceState.Parse(header));

    [Fact]
    public void More_than_thirty_two_members_are_void()
    {
        var members = Enumerable.Range(0, 32).Select(number => $"k{number}=v").ToList();
        Assert.NotNull(TraceState.Parse(string.Join(',', members)));
        Assert.Null(TraceState.Parse(string.Join(',', members.Append("one=more"))));
    }
}
