using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Sidecar.Protos;

namespace Sidecar.Tests.Grpc;

/// <summary>What a peer may put into an HTTP/2 request that is no proper call, and what it is told.</summary>
public sealed class GrpcWireTests
{
    private const string Get = "/dapr.proto.runtime.v1.Dapr/GetState";
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[], string, string> Bodies => new()
    {
        { "nothing at all", [], "2", "EOF" },
        { "half a header", [0, 0, 0], "2", "unexpected EOF" },
        { "less than it announced", [0, 0, 0, 0, 9, 1, 2], "2", "unexpected EOF" },
        { "four gigabytes announced", [0, 0xff, 0xff, 0xff, 0xff], "8", "grpc: received message larger than max (4294967295 vs. 4194304)" },
        { "the compressed flag alone", [1, 0, 0, 0, 1, 0], "13", "grpc: compressed flag set with identity or empty encoding" },
        { "an unknown flag", [7, 0, 0, 0, 0], "13", "grpc: received unexpected payload format 7" },
        { "no protobuf", [0, 0, 0, 0, 2, 0x0a, 0xff], "13", "grpc: failed to unmarshal the received message: proto: cannot parse invalid wire-format data" },
        { "a string that is no UTF-8", [0, 0, 0, 0, 3, 0x12, 1, 0xff], "13", "grpc: failed to unmarshal the received message: string field contains invalid UTF-8" },
        { "such a string in a map", [0, 0, 0, 0, 5, 0x22, 3, 0x0a, 1, 0xff], "13", "grpc: failed to unmarshal the received message: string field contains invalid UTF-8" },
        { "two messages, of which one counts", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "0", "" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_is_read_as_Go_reads_it(string what, byte[] body, string code, string message)
    {
        await using var host = await StartAsync();

        using var answer = await SendAsync(host, new ByteArrayContent(body));

        Assert.True(answer.StatusCode == HttpStatusCode.OK, what);
        Assert.Equal((code, message), Status(answer));
    }

    [Fact]
    public async Task A_packed_message_is_unpacked()
    {
        await using var host = await StartAsync();
        var body = Frame(1, Pack(new GetStateRequest { Key = "packed" }.ToByteArray()));

        using var answer = await SendAsync(host, new ByteArrayContent(body), ("grpc-encoding", "gzip"));
        var frame = await answer.Content.ReadAsByteArrayAsync(Cancellation);

        Assert.Equal("packed", GetStateResponse.Parser.ParseFrom(frame, 5, frame.Length - 5).Etag);
        Assert.Equal("0", Status(answer).Code);
    }

    [Fact]
    public async Task A_small_message_that_unpacks_to_a_huge_one_is_refused()
    {
        await using var host = await StartAsync();
        var bomb = Pack(new byte[64 * 1024 * 1024]);

        using var answer = await SendAsync(host, new ByteArrayContent(Frame(1, bomb)), ("grpc-encoding", "gzip"));

        Assert.Equal(("8", "grpc: received message after decompression larger than max 4194304"), Status(answer));
    }

    [Fact]
    public async Task A_packed_message_that_is_none_is_refused()
    {
        await using var host = await StartAsync();

        using var answer = await SendAsync(host, new ByteArrayContent(Frame(1, "no gzip at all"u8.ToArray())), ("grpc-encoding", "gzip"));

        Assert.Equal("13", Status(answer).Code);
    }

    [Theory]
    [InlineData("grpc-encoding", "zstd", 200, "12", "grpc: Decompressor is not installed for grpc-encoding \"zstd\"")]
    [InlineData("grpc-timeout", "5", 400, "13", "malformed grpc-timeout: transport: timeout string is too short: \"5\"")]
    [InlineData("grpc-timeout", "5x", 400, "13", "malformed grpc-timeout: transport: timeout unit is not recognized: \"5x\"")]
    [InlineData("grpc-timeout", "123456789S", 400, "13", "malformed grpc-timeout: transport: timeout string is too long: \"123456789S\"")]
    [InlineData("grpc-timeout", "0m", 200, "4", "context deadline exceeded")]
    public async Task A_header_that_makes_no_sense_is_refused(string name, string value, int status, string code, string message)
    {
        await using var host = await StartAsync();

        using var answer = await SendAsync(host, new ByteArrayContent([0, 0, 0, 0, 0]), (name, value));

        Assert.Equal((status, (code, message)), ((int)answer.StatusCode, Status(answer)));
    }

    [Theory]
    [InlineData("application/json", "invalid gRPC request content-type \"application/json\"")]
    [InlineData("application/grpcweb", "invalid gRPC request content-type \"application/grpcweb\"")]
    public async Task Another_content_type_is_not_taken(string contentType, string message)
    {
        await using var host = await StartAsync();
        var content = new ByteArrayContent([0, 0, 0, 0, 0]);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);

        using var answer = await SendAsync(host, content);

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, ("3", message)), (answer.StatusCode, Status(answer)));
    }

    [Fact]
    public async Task The_subtype_of_the_content_is_answered_in_kind()
    {
        await using var host = await StartAsync();
        var content = new ByteArrayContent([0, 0, 0, 0, 0]);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/grpc+proto");

        using var answer = await SendAsync(host, content);

        Assert.Equal("application/grpc+proto", answer.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Another_verb_is_not_taken()
    {
        await using var host = await StartAsync();

        using var answer = await SendAsync(host, new ByteArrayContent([]), verb: HttpMethod.Put);

        Assert.Equal((HttpStatusCode.MethodNotAllowed, "13"), (answer.StatusCode, Status(answer).Code));
    }

    [Fact]
    public async Task An_error_comes_in_one_block_of_headers()
    {
        await using var host = await StartAsync();

        using var answer = await SendAsync(host, new ByteArrayContent([0, 0, 0]));
        await answer.Content.ReadAsByteArrayAsync(Cancellation);

        Assert.True(answer.Headers.Contains("grpc-status"));
        Assert.Empty(answer.TrailingHeaders);
    }

    private static Task<GrpcHost> StartAsync() => GrpcHost.StartAsync(methods => methods.Unary(
        Get, GetStateRequest.Parser, (request, _) => ValueTask.FromResult(new GetStateResponse { Etag = request.Key })));

    private static async Task<HttpResponseMessage> SendAsync(GrpcHost host, HttpContent content, (string Name, string Value)? header = null, HttpMethod? verb = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(verb ?? HttpMethod.Post, new Uri(host.Address, Get))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.ContentType ??= new MediaTypeHeaderValue("application/grpc");
        if (header is var (name, value))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await http.SendAsync(request, Cancellation);
    }

    private static (string Code, string Message) Status(HttpResponseMessage answer)
    {
        var headers = answer.Headers.Contains("grpc-status") ? answer.Headers : answer.TrailingHeaders;
        return (headers.GetValues("grpc-status").Single(), Uri.UnescapeDataString(headers.NonValidated["grpc-message"].ToString()));
    }

    private static byte[] Frame(byte flag, byte[] message)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    private static byte[] Pack(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }
}
