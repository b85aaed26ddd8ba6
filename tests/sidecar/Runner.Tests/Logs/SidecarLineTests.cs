using Runner.Logs;

namespace Runner.Tests.Logs;

public sealed class SidecarLineTests
{
    [Theory]
    [InlineData("time=\"2026-01-01T00:00:00Z\" level=warning msg=\"it said \\\"no\\\"\" app_id=a instance=vm scope=x type=log ver=1.18.3", "a", "warning", "it said \"no\"")]
    [InlineData("time=\"2026-01-01T00:00:00Z\" level=info msg=plain app_id=reader-query instance=vm", "reader-query", "info", "plain")]
    public void A_line_is_taken_apart(string line, string app, string level, string message) => Assert.Equal(new SidecarLine(app, level, message), SidecarLine.Parse(line));

    [Theory]
    [InlineData("")]
    [InlineData("a: components/x.yaml:1: component x: it is broken")]
    [InlineData("time=\"unfinished")]
    [InlineData("time=x level=info msg=\"no app\"")]
    public void Any_other_line_stays_whole(string line) => Assert.Null(SidecarLine.Parse(line));
}
