using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Defaults.Tests.Web;

/// <summary>Lines of a host. An error that the test did not expect fails it.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> lines = new();

    public string? ExpectedError { get; set; }

    public IEnumerable<string> Lines => lines.Select(line => line.Text);

    public ILogger CreateLogger(string categoryName) => new Category(this);

    public void AssertNothingUnexpected() => Assert.DoesNotContain(lines, line => line.Level >= LogLevel.Error && (ExpectedError is null || !line.Text.Contains(ExpectedError, StringComparison.Ordinal)));

    public void Dispose()
    {
    }

    private sealed class Category(CapturedLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.lines.Enqueue((logLevel, $"{formatter(state, exception)} {exception}"));
    }
}
