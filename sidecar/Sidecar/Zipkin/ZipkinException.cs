namespace Sidecar.Zipkin;

/// <summary>A request that makes no sense; the message is the answer.</summary>
public sealed class ZipkinException(string message) : Exception(message);
