using System.Net;
using System.Net.Sockets;
using Sidecar.Hosting;
using Sidecar.Telemetry.Logging;
using Sidecar.Tests.Hosting;
using Sidecar.Zipkin;

namespace Sidecar.Tests.Zipkin;

public sealed class TraceViewerTests
{
    [Theory]
    [InlineData("http://localhost:9411/api/v2/spans", "127.0.0.1:9411")]
    [InlineData("http://127.0.0.2:80/api/v2/spans", "127.0.0.2:80")]
    [InlineData("http://[::1]:9411/api/v2/spans", "[::1]:9411")]
    [InlineData("http://zipkin:9411/api/v2/spans", null)]
    [InlineData("http://10.0.0.1:9411/api/v2/spans", null)]
    [InlineData("https://localhost:9411/api/v2/spans", null)]
    [InlineData("", null)]
    public void It_stands_where_spans_go_on_this_machine(string endpoint, string? place) => Assert.Equal(place, TraceViewer.Place(endpoint)?.ToString());

    [Fact]
    public async Task Who_answers_there_already_is_left_alone_and_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var log = new LogCapture();
        await using var parts = new ProcessParts(new LogOutput(log), TimeProvider.System);
        using var loggers = new SidecarLoggerFactory(new LoggingSettings(), "app", parts.Output, parts.Time);
        Assert.Null(await TraceViewer.StartAsync((IPEndPoint)other.LocalEndpoint, new TraceLimits(), parts.Time, loggers, TestContext.Current.CancellationToken));
        await log.WaitForAsync($"(pid {Environment.ProcessId}) has port {((IPEndPoint)other.LocalEndpoint).Port} already");
    }

    [Fact]
    public void The_flag_is_for_the_whole_process()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """[["--app-id","a"],["--app-id","b"]]""");
        Assert.True(Flags.Parse(["--sidecars", file, "--trace-viewer"]).ShowsTraces);
        Assert.False(Flags.Parse(["--sidecars", file]).ShowsTraces);
        Assert.Contains("--trace-viewer", FlagsHelp.Text, StringComparison.Ordinal);
        File.Delete(file);
    }
}
