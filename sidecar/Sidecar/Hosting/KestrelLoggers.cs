namespace Sidecar.Hosting;

/// <summary>
/// Kestrel speaks to developers of web applications: that a port without TLS serves no HTTP/2 (it does, see Http2Prologue), that a
/// peer sent nonsense. Such lines are for debugging here; what a request did is told elsewhere.
/// </summary>
internal sealed class KestrelLoggers(ILoggerFactory inner) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Quiet(inner.CreateLogger("dapr.runtime.http"));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
        // The sidecar's own factory lives longer than its server.
    }

    private sealed class Quiet(ILogger log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(Lower(logLevel));

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Log(Lower(logLevel), eventId, state, exception, formatter);

        private static LogLevel Lower(LogLevel level) => level == LogLevel.Critical ? LogLevel.Error : LogLevel.Debug;
    }
}
