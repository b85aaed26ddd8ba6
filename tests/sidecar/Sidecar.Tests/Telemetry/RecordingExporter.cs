using System.Threading.Channels;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Telemetry;

/// <summary>Keeps what it is given; may be told to hold or to fail.</summary>
internal sealed class RecordingExporter : ISpanExporter
{
    private readonly Channel<IReadOnlyList<Span>> batches = Channel.CreateUnbounded<IReadOnlyList<Span>>();

    public string Target => "the recorder";

    public Func<Task> Before { get; set; } = () => Task.CompletedTask;

    public bool IsDisposed { get; private set; }

    public async Task ExportAsync(IReadOnlyList<Span> spans, CancellationToken cancellation)
    {
        await Before();
        batches.Writer.TryWrite(spans);
    }

    public async Task<IReadOnlyList<Span>> NextAsync() =>
        await batches.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

    public bool TryNext(out IReadOnlyList<Span>? spans) => batches.Reader.TryRead(out spans);

    public void Dispose() => IsDisposed = true;
}
