using System.Net;
using System.Net.Http.Headers;

namespace Sidecar.Telemetry.Tracing;

/// <summary>Posts spans to Zipkin's second API.</summary>
public sealed class ZipkinExporter : ISpanExporter
{
    private readonly Uri endpoint;
    private readonly ZipkinJson json;
    private readonly HttpMessageInvoker http = ExportHttp.Client();

    public ZipkinExporter(string endpoint, IReadOnlyDictionary<string, string> resource)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new TelemetryException($"invalid collector URL \"{endpoint}\": no scheme or host");
        }

        this.endpoint = address;
        json = new ZipkinJson(resource);
    }

    public string Target => $"Zipkin at {endpoint}";

    public async Task ExportAsync(IReadOnlyList<Span> spans, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Content = new ReadOnlyMemoryContent(json.Write(spans));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await http.SendAsync(request, cancellation);
        await response.Content.CopyToAsync(Stream.Null, cancellation);
        if (response.StatusCode != HttpStatusCode.Accepted && response.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException($"it answered {(int)response.StatusCode}");
        }
    }

    public void Dispose() => http.Dispose();
}
