namespace Sidecar.Telemetry;

/// <summary>Settings of telemetry that cannot work, in a sentence for whoever wrote them.</summary>
public sealed class TelemetryException(string message) : Exception(message);
