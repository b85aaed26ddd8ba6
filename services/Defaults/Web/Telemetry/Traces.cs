using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Library.Defaults.Web.Telemetry;

/// <summary>Sends spans to Zipkin while the app runs, in batches beside it; when the queue is full spans are dropped, never requests slowed.</summary>
internal sealed class Traces(string app, IOptions<WebOptions> options, ILoggerFactory logs) : IHostedService, IDisposable
{
    private const int MaxWaiting = 4096;
    private const int MaxBatch = 512;
    private const int EveryMilliseconds = 1000;

    private TracerProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Zipkin is { } zipkin)
        {
            _provider = Sdk.CreateTracerProviderBuilder()
                .AddSource("Microsoft.AspNetCore", "System.Net.Http", Tracing.Name)
                .SetSampler(new OwnWork())
                .AddProcessor(new BatchActivityExportProcessor(new ZipkinExporter(zipkin, app, logs.CreateLogger<ZipkinExporter>()), MaxWaiting, EveryMilliseconds, maxExportBatchSize: MaxBatch))
                .Build();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what still waits.</summary>
    public void Dispose() => _provider?.Dispose();
}
