using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Telemetry.Logging;

/// <summary>The log of one sidecar. A line below the level costs a comparison.</summary>
public sealed class SidecarLoggerFactory(LoggingSettings settings, string appId, LogOutput output, TimeProvider time) : ILoggerFactory
{
    private readonly LogFormat format = new(appId, settings.Instance, settings.AsJson);
    private readonly ConcurrentDictionary<string, Logger> loggers = new(StringComparer.Ordinal);

    public ILogger CreateLogger(string categoryName) => loggers.GetOrAdd(categoryName, static (category, self) => new Logger(self, LogScope.Of(category), self.Least(category)), this);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("the log has one output");

    /// <summary>Writes out what is waiting; the output itself may serve other sidecars.</summary>
    public void Dispose() => output.Flush();

    internal void Write(LogLevel level, string scope, string message, ReadOnlySpan<LogField> fields) =>
        output.Write(format.Line(time.GetLocalNow(), Name(level), message, scope, fields));

    /// <summary>Other libraries speak of their own affairs; only their complaints are ours.</summary>
    private LogLevel Least(string category) =>
        LogScope.IsOurs(category) || settings.Level is <= LogLevel.Debug or >= LogLevel.Warning ? settings.Level : LogLevel.Warning;

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "fatal",
    };

    private sealed class Logger(SidecarLoggerFactory factory, string scope, LogLevel least) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var fields = new List<LogField>(3);
            if (exception is not null)
            {
                // Where a failure was expected its sentence is enough.
                fields.Add(new LogField("error", logLevel >= LogLevel.Error ? exception.ToString() : exception.Message));
            }

            if (Tracer.CurrentOfAny is { Context: { IsValid: true } context })
            {
                fields.Add(new LogField("trace_id", $"{context.TraceId:x32}"));
                fields.Add(new LogField("span_id", $"{context.SpanId:x16}"));
            }

            factory.Write(logLevel, scope, formatter(state, exception), CollectionsMarshal.AsSpan(fields));
        }
    }
}
