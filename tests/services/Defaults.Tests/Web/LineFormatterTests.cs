using System.Diagnostics;
using Library.Defaults.Web.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Defaults.Tests.Web;

public sealed class LineFormatterTests
{
    [Fact]
    public void A_line_tells_level_place_sentence_and_trace()
    {
        using var span = new Activity("test").Start();

        Assert.EndsWith($"Z warn  CreateReader: reader 7 is odd trace={span.TraceId}{Environment.NewLine}", Line(LogLevel.Warning, "reader 7 is odd"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_with_line_ends_makes_no_line_of_its_own() =>
        Assert.Single(Line(LogLevel.Information, "hello\r\n12:00:00.000Z error Bank: robbed").TrimEnd().Split('\n'));

    private static string Line(LogLevel level, string message)
    {
        using var text = new StringWriter();
        var entry = new LogEntry<string>(level, "Library.Readers.CreateReader", default, message, null, static (state, _) => state);
        new LineFormatter(TimeProvider.System).Write(entry, null, text);
        return text.ToString();
    }
}
