namespace Sidecar.Telemetry.Tracing;

/// <summary>Takes ended spans somewhere else. Throws when it could not.</summary>
public interface ISpanExporter : IDisposable
{
    /// <summary>For messages: what it is and where it sends to.</summary>
    string Target { get; }

    Task ExportAsync(IReadOnlyList<Span> spans, CancellationToken cancellation);
}
