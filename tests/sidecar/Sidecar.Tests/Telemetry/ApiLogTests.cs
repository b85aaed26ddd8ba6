using Microsoft.Extensions.Logging;
using Sidecar.Hosting;
using Sidecar.Telemetry;
using Sidecar.Telemetry.Logging;

namespace Sidecar.Tests.Telemetry;

public sealed class ApiLogTests
{
    [Fact]
    public async Task Each_call_is_a_line_whatever_the_level_is()
    {
        var lines = await LinesAsync(new LoggingSettings { ApiLogging = true, Level = LogLevel.Error }, ("GET", "/v1.0/state/s/a%20b?x=1"));
        Assert.Matches(
            "^time=\"[^\"]+\" level=info msg=\"HTTP API Called\" app_id=a code=200 duration=\\d+ instance=\\S+ method=\"GET /v1.0/state/s/a b\" scope=dapr.runtime.http-info size=7 type=log useragent=test/1 ver=",
            Assert.Single(lines));
    }

    [Fact]
    public async Task Calls_are_not_logged_unless_asked_for() =>
        Assert.Empty(await LinesAsync(new LoggingSettings(), ("GET", "/v1.0/state/s/k")));

    [Fact]
    public async Task Names_stand_in_for_URLs_when_asked_for()
    {
        var lines = await LinesAsync(
            new LoggingSettings { ApiLogging = true, ObfuscateUrls = true },
            ("GET", "/v1.0/state/s/k"), ("PUT", "/v1.0/state/s"), ("POST", "/v1.0/publish/p/t/u"), ("GET", "/v1.0/secrets/s/n"), ("GET", "/v1.0/invoke/b/method/m"),
            ("GET", "/v1.0/nothing"), ("GET", "/v1.0/healthz"));
        Assert.Equal(
            ["GetState", "SaveState", "PublishEvent", "GetSecret", "InvokeService/b", "InvokeService", "Healthz"],
            lines.Select(line => line.Split(" method=")[1].Split(' ')[0]));
    }

    [Fact]
    public async Task Probes_can_be_left_out()
    {
        var lines = await LinesAsync(new LoggingSettings { ApiLogging = true, OmitHealthChecks = true }, ("GET", "/v1.0/healthz"), ("GET", "/v1.0/state/s/k"));
        Assert.Contains("/v1.0/state", Assert.Single(lines));
    }

    [Fact]
    public async Task A_caller_without_the_token_leaves_no_line_and_no_token_anywhere()
    {
        var settings = new TelemetrySettings { AppId = "a", Logging = new LoggingSettings { ApiLogging = true, Level = LogLevel.Debug } };
        await using var host = await TelemetryHost.StartAsync(settings, new SidecarOptions { AppId = "a", ApiToken = "right-token" });
        await host.SendAsync("GET", "/v1.0/state/s/k", ("dapr-api-token", "wrong-token"));
        await host.SendAsync("GET", "/v1.0/state/s/k", ("dapr-api-token", "right-token"));
        var lines = await host.LogLinesAsync();
        Assert.Single(lines, line => line.Contains("HTTP API Called", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("-token", StringComparison.Ordinal));
    }

    [Fact]
    public void Calls_over_gRPC_have_their_own_line()
    {
        using var stream = new MemoryStream();
        using var output = new LogOutput(stream);
        var settings = new LoggingSettings { ApiLogging = true, Instance = "host" };
        new ApiLog(settings, new SidecarLoggerFactory(settings, "a", output, new ManualTime())).Grpc("/dapr.proto.runtime.v1.Dapr/GetState", 5, TimeSpan.FromMilliseconds(2.9), "");
        output.Flush();
        Assert.StartsWith(
            "time=\"2026-11-21T10:00:00Z\" level=info msg=\"gRPC API Called\" app_id=a code=5 duration=2 instance=host method=/dapr.proto.runtime.v1.Dapr/GetState scope=dapr.runtime.grpc.api-info type=log ver=",
            System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static async Task<string[]> LinesAsync(LoggingSettings settings, params (string Method, string Path)[] calls)
    {
        await using var host = await TelemetryHost.StartAsync(new TelemetrySettings { AppId = "a", Logging = settings });
        foreach (var (method, path) in calls)
        {
            await host.SendAsync(method, path, ("User-Agent", "test/1"));
        }

        var lines = await host.LogLinesAsync();
        return [.. lines.Where(line => line.Contains("API Called", StringComparison.Ordinal))];
    }
}
