using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace Sidecar.Telemetry.Tracing;

/// <summary>Posts spans in OpenTelemetry's protocol: protobuf over HTTP, or framed for gRPC over HTTP/2.</summary>
public sealed class OtlpExporter : ISpanExporter
{
    private const int FrameHeader = 5;
    private readonly OtlpSettings settings;
    private readonly Uri endpoint;
    private readonly OtlpProtobuf protobuf;
    private readonly HttpMessageInvoker http = ExportHttp.Client();
    private readonly bool isGrpc;

    public OtlpExporter(OtlpSettings settings, IReadOnlyDictionary<string, string> resource)
    {
        isGrpc = settings.Protocol switch
        {
            "http" => false,
            "grpc" => true,
            _ => throw new TelemetryException($"invalid protocol {settings.Protocol} provided for Otel endpoint"),
        };
        var path = isGrpc ? "/opentelemetry.proto.collector.trace.v1.TraceService/Export" : "/v1/traces";
        var place = settings.Endpoint.Contains("://", StringComparison.Ordinal) ? settings.Endpoint : $"{(settings.IsSecure ? "https" : "http")}://{settings.Endpoint}";
        if (!Uri.TryCreate(place.TrimEnd('/') + path, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new TelemetryException($"invalid Otel endpoint \"{settings.Endpoint}\": it is a host and a port");
        }

        this.settings = settings;
        endpoint = address;
        protobuf = new OtlpProtobuf(resource);
    }

    public string Target => $"OTLP at {endpoint.GetLeftPart(UriPartial.Authority)}";

    public async Task ExportAsync(IReadOnlyList<Span> spans, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(settings.Timeout);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        foreach (var (name, value) in settings.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var message = protobuf.Write(spans);
        request.Content = new ReadOnlyMemoryContent(isGrpc ? Frame(message.Span) : message);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(isGrpc ? "application/grpc" : "application/x-protobuf");
        if (isGrpc)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        }

        using var response = await http.SendAsync(request, limit.Token);
        await response.Content.CopyToAsync(Stream.Null, limit.Token);
        Check(response);
    }

    public void Dispose() => http.Dispose();

    private void Check(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"it answered {(int)response.StatusCode}");
        }

        var status = isGrpc ? Status(response.TrailingHeaders) ?? Status(response.Headers) : null;
        if (status is not (null or "0"))
        {
            throw new HttpRequestException($"it answered gRPC status {status}");
        }
    }

    private static string? Status(HttpHeaders headers) => headers.TryGetValues("grpc-status", out var values) ? string.Concat(values) : null;

    private static byte[] Frame(ReadOnlySpan<byte> message)
    {
        var frame = new byte[FrameHeader + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(FrameHeader));
        return frame;
    }
}
