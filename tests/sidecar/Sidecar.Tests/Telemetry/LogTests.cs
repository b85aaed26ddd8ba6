using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Sidecar.Metadata;
using Sidecar.Telemetry.Logging;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Telemetry;

public sealed class LogTests : IDisposable
{
    private readonly MemoryStream stream = new();
    private readonly LogOutput output;
    private readonly ManualTime time = new();

    public LogTests() => output = new LogOutput(stream);

    [Fact]
    public void A_line_is_like_daprds()
    {
        Factory(new LoggingSettings()).CreateLogger("Sidecar.State.SqliteStateStore").LogInformation("store {Name} is ready", "s");
        Assert.Equal(
            $"time=\"2026-11-21T10:00:00Z\" level=info msg=\"store s is ready\" app_id=app instance=host scope=dapr.runtime.state type=log ver={SidecarMetadata.RuntimeVersion}\n",
            Written());
    }

    [Fact]
    public void The_same_line_as_JSON()
    {
        time.Advance(TimeSpan.FromTicks(1_234_500));
        Factory(new LoggingSettings { AsJson = true }).CreateLogger("Sidecar.Http.HttpApi").LogWarning("a <b> \"c\"\n");
        var line = Written();
        Assert.Contains("\\u003cb\\u003e", line);
        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal(["app_id", "instance", "level", "msg", "scope", "time", "type", "ver"], json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("warning", "a <b> \"c\"\n", "2026-11-21T10:00:00.12345Z"), (Text("level"), Text("msg"), Text("time")));

        string? Text(string name) => json.GetProperty(name).GetString();
    }

    [Theory]
    [InlineData("plain", "msg=plain ")]
    [InlineData("a.b/c@d^e+f_g-1", "msg=a.b/c@d^e+f_g-1 ")]
    [InlineData("two words", "msg=\"two words\" ")]
    [InlineData("quo\"te\\", "msg=\"quo\\\"te\\\\\" ")]
    [InlineData("line\nbreak\ttab\x01\x7f", "msg=\"line\\nbreak\\ttab\\x01\\x7f\" ")]
    [InlineData("é 中 \u2028\u00a0", "msg=\"é 中 \\u2028\\u00a0\" ")]
    public void A_line_stays_one_line(string message, string expected)
    {
        Factory(new LoggingSettings()).CreateLogger("Sidecar.Hosting.X").Log(LogLevel.Error, default, message, null, (state, _) => state);
        Assert.Contains("level=error " + expected, Written());
    }

    [Theory]
    [InlineData(LogLevel.Debug, "debug info warning error fatal")]
    [InlineData(LogLevel.Information, "info warning error fatal")]
    [InlineData(LogLevel.Warning, "warning error fatal")]
    [InlineData(LogLevel.Error, "error fatal")]
    [InlineData(LogLevel.Critical, "fatal")]
    public void Lines_below_the_level_are_not_written(LogLevel least, string expected)
    {
        var log = Factory(new LoggingSettings { Level = least }).CreateLogger("Sidecar.X");
        foreach (var level in new[] { LogLevel.Debug, LogLevel.Information, LogLevel.Warning, LogLevel.Error, LogLevel.Critical })
        {
            log.Log(level, "x");
        }

        Assert.Equal(expected, string.Join(' ', Written().Split("level=").Skip(1).Select(rest => rest.Split(' ')[0])));
    }

    [Fact]
    public void A_level_that_is_off_costs_no_memory()
    {
        var log = Factory(new LoggingSettings()).CreateLogger("Sidecar.X");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            // A value would be boxed by code that is not optimised yet.
            log.Log(LogLevel.Debug, default, "", null, static (_, _) => "");
        }

        // What is allocated once is the delegate.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);
    }

    [Fact]
    public void Other_libraries_only_complain()
    {
        var log = Factory(new LoggingSettings()).CreateLogger("Microsoft.AspNetCore.Server.Kestrel");
        log.LogInformation("chatter");
        log.LogWarning("trouble");
        Assert.Equal(1, Written().Count(c => c == '\n'));
    }

    [Fact]
    public void A_failure_shows_its_reason_and_an_unexpected_one_where_it_was()
    {
        var log = Factory(new LoggingSettings()).CreateLogger("Sidecar.X");
        var problem = Assert.Throws<InvalidOperationException>(() => Throw());
        log.LogWarning(problem, "slow");
        log.LogError(problem, "broken");
        var lines = Written().Split('\n');
        Assert.Contains(" error=\"it broke\" ", lines[0]);
        Assert.Contains($"{nameof(LogTests)}.{nameof(Throw)}", lines[1]);
    }

    [Fact]
    public async Task Lines_within_a_span_carry_its_ids()
    {
        await using var tracer = new Tracer(new TracingSettings { SamplingRate = "1" }, [], time);
        var log = Factory(new LoggingSettings()).CreateLogger("Sidecar.X");
        var span = await LogAsync();
        log.LogInformation("outside");
        var lines = Written().Split('\n');
        Assert.Contains($" span_id={span.SpanId:x16} trace_id={span.TraceId:x32} type=log", lines[0]);
        Assert.DoesNotContain("trace_id", lines[1]);

        async Task<TraceContext> LogAsync()
        {
            var started = tracer.Start("x", SpanKind.Client, default)!;
            Tracer.Enter(started);
            await Task.Yield();
            log.LogInformation("inside");
            return started.Context;
        }
    }

    [Fact]
    public async Task Many_writers_lose_no_line_and_mix_none()
    {
        var log = Factory(new LoggingSettings()).CreateLogger("Sidecar.X");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 2_500; i++)
            {
                log.LogInformation("line {Writer}-{Number}", writer, i);
            }
        })));
        var lines = Written().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(10_000, lines.Select(line => Regex.Match(line, "^time=\"[^\"]+\" level=info msg=\"(?<text>line \\d+-\\d+)\" app_id=app .* ver=\\S+$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["text"].Value).Distinct().Count());
    }

    [Fact]
    public async Task A_reader_that_hangs_loses_lines_and_is_told_how_many()
    {
        var stuck = new StuckStream();
        var slow = new LogOutput(stuck);
        slow.Write("first\n"u8);
        await stuck.Entered.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        var line = Encoding.UTF8.GetBytes(new string('x', 1024 * 1024 - 1) + "\n");
        for (var i = 0; i < 12; i++)
        {
            slow.Write(line);
        }

        stuck.Release.Set();
        slow.Flush();
        slow.Write("last\n"u8);
        slow.Dispose();
        Assert.Contains("level=warning msg=\"4 log lines are lost: nobody read the output\"\n", stuck.Text());
        Assert.EndsWith("last\n", stuck.Text().Replace("level=warning msg=\"4 log lines are lost: nobody read the output\"\n", ""));
    }

    public void Dispose() => output.Dispose();

    private static void Throw() => throw new InvalidOperationException("it broke");

    private SidecarLoggerFactory Factory(LoggingSettings settings) => new(settings with { Instance = "host" }, "app", output, time);

    private string Written()
    {
        output.Flush();
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private sealed class StuckStream : MemoryStream
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Release { get; } = new();

        public override void Write(byte[] buffer, int offset, int count)
        {
            Entered.TrySetResult();
            Release.Wait(TimeSpan.FromSeconds(10));
            base.Write(buffer, offset, count);
        }

        public string Text() => Encoding.UTF8.GetString(ToArray());
    }
}
