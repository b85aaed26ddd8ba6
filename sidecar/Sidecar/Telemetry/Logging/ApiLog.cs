namespace Sidecar.Telemetry.Logging;

/// <summary>One line for each API call, when asked for; written whatever the level is.</summary>
public sealed class ApiLog(LoggingSettings settings, SidecarLoggerFactory log)
{
    public bool IsEnabled { get; } = settings.ApiLogging;

    public bool ObfuscatesUrls { get; } = settings.ObfuscateUrls;

    public bool OmitsHealthChecks { get; } = settings.OmitHealthChecks;

    public void Http(string method, int status, long size, TimeSpan duration, string userAgent)
    {
        ReadOnlySpan<LogField> fields =
        [
            new("code", status), new("duration", (long)duration.TotalMilliseconds), new("method", method), new("size", size), new("useragent", userAgent),
        ];
        log.Write(LogLevel.Information, "dapr.runtime.http-info", "HTTP API Called", userAgent.Length > 0 ? fields : fields[..^1]);
    }

    public void Grpc(string method, int code, TimeSpan duration, string userAgent)
    {
        ReadOnlySpan<LogField> fields =
        [
            new("code", code), new("duration", (long)duration.TotalMilliseconds), new("method", method), new("useragent", userAgent),
        ];
        log.Write(LogLevel.Information, "dapr.runtime.grpc.api-info", "gRPC API Called", userAgent.Length > 0 ? fields : fields[..^1]);
    }
}
