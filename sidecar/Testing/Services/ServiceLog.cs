using Sidecar.Testing.Boundary;

namespace Sidecar.Testing.Services;

/// <summary>Takes the log of an instance. What a dead one still says does not count.</summary>
internal sealed class ServiceLog(string service, TestLog log, Liveness life) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Lines(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Lines(ServiceLog owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => owner.Add(category, logLevel, formatter(state, exception), exception);
    }

    private void Add(string category, LogLevel level, string message, Exception? exception)
    {
        if (level >= LogLevel.Information)
        {
            log.Add(service, level >= LogLevel.Error && !life.Killed.IsCancellationRequested, $"{level} {category}: {message}{(exception is null ? "" : $"\n{exception}")}");
        }
    }
}
