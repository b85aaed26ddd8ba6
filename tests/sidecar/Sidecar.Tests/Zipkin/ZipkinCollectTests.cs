using System.IO.Compression;
using System.Net;
using System.Text;

namespace Sidecar.Tests.Zipkin;

/// <summary>What is taken and what is refused, with Zipkin's words.</summary>
public sealed class ZipkinCollectTests
{
    private const string Trace = "000000000000000a";

    [Fact]
    public async Task A_span_is_shown_as_Zipkin_shows_it()
    {
        await using var zipkin = await ZipkinServer.StartAsync();
        var told = """
            [{"tags":{"z":"1","a":"ü<"},"id":"b","traceId":"a","parentId":"0","unknown":{"deep":[1]},"kind":"SERVER","name":"GET /X","timestamp":"1700000000000000","duration":1.0e3,"debug":true,"shared":true,
              "annotations":[{"value":"later","timestamp":2},{"timestamp":1,"value":"first"},{"timestamp":1,"value":"first"}],"localEndpoint":{"serviceName":"Shop","ipv4":"::ffff:1.2.3.4","ipv6":"2001:DB8::c001","port":80},"remoteEndpoint":{"ipv4":"nonsense"}}]
            """;
        Assert.Equal((HttpStatusCode.Accepted, ""), await zipkin.PostAsync(Encoding.UTF8.GetBytes(told)));
        Assert.Equal(
            """[{"traceId":"000000000000000a","id":"000000000000000b","kind":"SERVER","name":"get /x","timestamp":1700000000000000,"duration":1000,"localEndpoint":{"serviceName":"shop","ipv4":"1.2.3.4","ipv6":"2001:db8::c001","port":80},"annotations":[{"timestamp":1,"value":"first"},{"timestamp":2,"value":"later"}],"tags":{"a":"ü<","z":"1"},"debug":true,"shared":true}]""",
            (await zipkin.GetAsync("/api/v2/trace/a")).Body);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"2\",\"name\":null,\"tags\":null}]")]
    [InlineData("[{\"traceId\":\"1\",\"id\":2}]")]
    public async Task This_is_taken(string body)
    {
        await using var zipkin = await ZipkinServer.StartAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await zipkin.PostAsync(Encoding.UTF8.GetBytes(body))).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await zipkin.PostAsync(Encoding.UTF8.GetBytes(body), "text/plain")).Status);
    }

    [Theory]
    [InlineData("hello", "Expected a JSON_V2 encoded list\n")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"2\",\"binaryAnnotations\":[]}]", "Expected a JSON_V2 encoded list, but received: JSON_V1\n")]
    [InlineData("[{\"traceId\":\"1\"}]", "Missing : id reading List<Span> from json")]
    [InlineData("[{}]", "Missing : traceId id reading List<Span> from json")]
    [InlineData("[{\"traceId\":\"\",\"id\":\"2\"}]", "traceId is empty reading List<Span> from json")]
    [InlineData("[{\"traceId\":\"0\",\"id\":\"2\"}]", "traceId is all zeros reading List<Span> from json")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"12345678901234567\"}]", "id.length > 16 reading List<Span> from json")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"AB\"}]", "AB should be lower-hex encoded with no prefix reading List<Span> from json")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"2\",\"kind\":\"client\"}]", "No enum constant zipkin2.Span.Kind.client reading List<Span> from json")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"2\",\"localEndpoint\":{\"port\":65536}}]", "invalid port 65536 reading List<Span> from json")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"2\",\"annotations\":[{\"timestamp\":1}]}]", "Incomplete annotation at $.annotations reading List<Span> from json")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"2\",\"tags\":{\"a\":null}}]", "No value at $.tags reading List<Span> from json")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"2\"", "Malformed reading List<Span> from json")]
    [InlineData("[[[", "Malformed reading List<Span> from json")]
    [InlineData("{\"traceId\":\"1\",\"id\":\"2\"}", "Malformed reading List<Span> from json")]
    [InlineData("[{\"traceId\":\"1\",\"id\":\"2\",\"tags\":7}]", "Malformed reading List<Span> from json")]
    public async Task This_is_refused_and_nothing_of_it_kept(string body, string reason)
    {
        await using var zipkin = await ZipkinServer.StartAsync();
        var good = ZipkinServer.Span("f", "f", "good");
        var sent = body.StartsWith("[{", StringComparison.Ordinal) ? $"[{good},{body[1..]}" : body;
        Assert.Equal((HttpStatusCode.BadRequest, reason), await zipkin.PostAsync(Encoding.UTF8.GetBytes(sent)));
        Assert.Empty(await zipkin.ListAsync("services"));
    }

    [Fact]
    public async Task Packed_spans_are_taken_and_what_cannot_be_unpacked_is_refused()
    {
        await using var zipkin = await ZipkinServer.StartAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await zipkin.PostAsync(Packed(Encoding.UTF8.GetBytes($"[{ZipkinServer.Span(Trace, "1", "packed")}]")), encoding: "gzip")).Status);
        Assert.Single(await zipkin.ListAsync($"trace/{Trace}"));
        Assert.Equal((HttpStatusCode.BadRequest, "Cannot gunzip spans"), await zipkin.PostAsync("nonsense"u8.ToArray(), encoding: "gzip"));
    }

    [Fact]
    public async Task A_body_that_is_too_large_or_grows_so_is_refused()
    {
        await using var zipkin = await ZipkinServer.StartAsync();
        var large = new byte[9 * 1024 * 1024];
        Array.Fill(large, (byte)' ');
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await zipkin.PostAsync(large)).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await zipkin.PostAsync(Packed(large), encoding: "gzip")).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await zipkin.PostAsync([10, 1], "application/x-protobuf")).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await zipkin.PostAsync([], path: "/api/v2/traces")).Status);
    }

    [Fact]
    public async Task The_same_span_told_twice_is_one_and_a_part_of_it_another()
    {
        await using var zipkin = await ZipkinServer.StartAsync();
        var span = ZipkinServer.Span(Trace, "1", "shop");
        await zipkin.SendAsync(span, span);
        await zipkin.SendAsync(span, """{"traceId":"a","id":"1","tags":{"late":"yes"}}""");
        Assert.Equal(2, (await zipkin.ListAsync($"trace/{Trace}")).Count);
    }

    private static byte[] Packed(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest))
        {
            stream.Write(body);
        }

        return packed.ToArray();
    }
}
