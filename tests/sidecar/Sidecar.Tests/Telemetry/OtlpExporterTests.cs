using System.Text;
using Google.Protobuf;
using Sidecar.Telemetry;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Telemetry;

public sealed class OtlpExporterTests
{
    [Theory]
    [InlineData("http", "/v1/traces", "HTTP/1.1", "application/x-protobuf")]
    [InlineData("grpc", "/opentelemetry.proto.collector.trace.v1.TraceService/Export", "HTTP/2", "application/grpc")]
    public async Task Spans_arrive_whole(string protocol, string path, string version, string contentType)
    {
        await using var collector = await Collector.StartAsync();
        var settings = new TracingSettings
        {
            SamplingRate = "1",
            Otlp = new OtlpSettings
            {
                Endpoint = $"127.0.0.1:{collector.Port}",
                Protocol = protocol,
                IsSecure = false,
                Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["x-key"] = "k" },
            },
            Resource = new Dictionary<string, string>(StringComparer.Ordinal) { ["service.name"] = "a" },
        };
        await using var output = new MemoryStream();
        using var log = new Sidecar.Telemetry.Logging.LogOutput(output);
        var telemetry = new SidecarTelemetry(new TelemetrySettings { AppId = "a", Tracing = settings }, log, TimeProvider.System);
        var span = telemetry.Tracer.Start("CallLocal/b/echo", SpanKind.Client, new TraceContext(UInt128.MaxValue, 2, 1, "v=1"))!;
        span.Tag("dapr.api", new string('x', 300));
        span.EndHttp(500);
        await telemetry.DisposeAsync();

        var received = await collector.NextAsync();
        Assert.Equal((path, version, contentType, "k"), (received.Path, received.Protocol, received.Headers["content-type"], received.Headers["x-key"]));
        var message = protocol == "grpc" ? Unframed(received.Body) : received.Body;
        var resourceSpans = Field(message, 1);
        var attribute = Field(Field(resourceSpans, 1), 1);
        Assert.Equal(("service.name", "a"), (Text(Field(attribute, 1)), Text(Field(Field(attribute, 2), 1))));
        var scopeSpans = Field(resourceSpans, 2);
        Assert.Equal("dapr-diagnostics", Text(Field(Field(scopeSpans, 1), 1)));
        var sent = Field(scopeSpans, 2);
        Assert.Equal(new string('F', 32), Convert.ToHexString(Field(sent, 1)));
        Assert.Equal($"{span.Context.SpanId:X16}", Convert.ToHexString(Field(sent, 2)));
        Assert.Equal(("v=1", "0000000000000002", "CallLocal/b/echo"), (Text(Field(sent, 3)), Convert.ToHexString(Field(sent, 4)), Text(Field(sent, 5))));
        Assert.Equal(3, Field(sent, 6).Single());
        var (start, end) = (BitConverter.ToInt64(Field(sent, 7)), BitConverter.ToInt64(Field(sent, 8)));
        Assert.InRange(end - start, 0, 10_000_000_000);
        Assert.Equal(new string('x', 300), Text(Field(Field(Field(sent, 9), 2), 1)));
        Assert.Equal("Code(500): Internal Server Error", Text(Field(Field(sent, 15), 2)));
        Assert.Equal(2, Field(Field(sent, 15), 3).Single());
        Assert.Equal(0x301u, BitConverter.ToUInt32(Field(sent, 16)));
    }

    [Fact]
    public void An_unknown_protocol_is_refused()
    {
        var settings = new OtlpSettings { Endpoint = "x:1", Protocol = "smoke" };
        var problem = Assert.Throws<TelemetryException>(() => new OtlpExporter(settings, new Dictionary<string, string>(StringComparer.Ordinal)));
        Assert.Equal("invalid protocol smoke provided for Otel endpoint", problem.Message);
    }

    private static byte[] Unframed(byte[] frame)
    {
        Assert.Equal([0], frame[..1]);
        return frame[5..];
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>The first field of that number, of whatever type.</summary>
    private static byte[] Field(byte[] message, int number)
    {
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
        {
            var bytes = WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => [(byte)input.ReadUInt64()],
                WireFormat.WireType.Fixed64 => BitConverter.GetBytes(input.ReadFixed64()),
                WireFormat.WireType.Fixed32 => BitConverter.GetBytes(input.ReadFixed32()),
                _ => input.ReadBytes().ToByteArray(),
            };
            if (WireFormat.GetTagFieldNumber(tag) == number)
            {
                return bytes;
            }
        }

        throw new InvalidOperationException($"there is no field {number}");
    }
}
