using System.Buffers;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OpenTelemetry;

namespace Library.Defaults.Web.Telemetry;

/// <summary>Sends a batch of spans. A collector that is away costs these spans and one line in the log, nothing else.</summary>
internal sealed partial class ZipkinExporter(Uri endpoint, string app, ILogger log) : BaseExporter<Activity>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null }) { Timeout = Patience };
    private bool _isAway;

    public override ExportResult Export(in Batch<Activity> batch)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartArray();
            foreach (var span in batch)
            {
                ZipkinSpan.Write(json, span, app);
            }

            json.WriteEndArray();
        }

        return Send(body.WrittenMemory) ? ExportResult.Success : ExportResult.Failure;
    }

    protected override void Dispose(bool disposing)
    {
        _http.Dispose();
        base.Dispose(disposing);
    }

    private bool Send(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ReadOnlyMemoryContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = _http.Send(request);
            answer.EnsureSuccessStatusCode();
            _isAway = false;
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            if (!_isAway)
            {
                _isAway = true;
                WarnOfAbsence(endpoint, exception.Message);
            }

            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Spans are lost: {Endpoint} does not take them ({Reason})")]
    private partial void WarnOfAbsence(Uri endpoint, string reason);
}
