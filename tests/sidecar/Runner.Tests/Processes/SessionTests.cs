using System.Diagnostics;
using Runner.Processes;

namespace Runner.Tests.Processes;

public sealed class SessionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_process_leads_a_session_and_is_the_one_that_was_started(bool hasSetsid)
    {
        var (program, arguments) = Session.Of("/bin/sh", ["-c", "ps -o sid= -p $$; printf '%s' \"$1\"", "sh", "a b"], hasSetsid);
        Assert.SkipUnless(hasSetsid || File.Exists("/usr/bin/perl"), "Perl is not installed");
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var said = (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n');
        Assert.Equal($"{process.Id}", said[0].Trim());
        Assert.Equal("a b", said[1]);
    }
}
