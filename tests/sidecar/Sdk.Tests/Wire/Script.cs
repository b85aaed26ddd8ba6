using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Dapr.Client;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Sdk.Tests.Wire;

/// <summary>A server that answers as the test says, in place of the network.</summary>
internal sealed class Script : HttpMessageHandler
{
    private readonly Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer;

    public Script(Func<HttpRequestMessage, HttpResponseMessage> answer)
        : this((request, _) => Task.FromResult(answer(request)))
    {
    }

    public Script(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) => this.answer = answer;

    public ConcurrentQueue<Asked> Requests { get; } = [];

    public DaprClient Client(Action<GrpcChannelOptions>? configure = null, Action<DaprClientBuilder>? build = null)
    {
        var options = new GrpcChannelOptions { HttpHandler = this, ThrowOperationCanceledOnCancellation = true };
        configure?.Invoke(options);
        var builder = new DaprClientBuilder().UseGrpcEndpoint("http://sidecar:5").UseGrpcChannelOptions(options);
        build?.Invoke(builder);
        return builder.Build();
    }

    /// <summary>A whole answer: messages, then the status.</summary>
    public static HttpResponseMessage Reply(int status, IEnumerable<IMessage> messages, params (string Name, string Value)[] trailers) =>
        Raw([.. messages.SelectMany(message => Frame(message.ToByteArray()))], [("grpc-status", $"{status}"), .. trailers]);

    public static HttpResponseMessage Raw(byte[] body, params (string Name, string Value)[] trailers)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Version = HttpVersion.Version20, Content = new ByteArrayContent(body) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        foreach (var (name, value) in trailers)
        {
            response.TrailingHeaders.TryAddWithoutValidation(name, value);
        }

        return response;
    }

    public static byte[] Frame(byte[] message, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public static HttpResponseMessage Packed(string encoding, byte[] message)
    {
        using var packed = new MemoryStream();
        using (Stream stream = encoding == "gzip" ? new GZipStream(packed, CompressionMode.Compress, leaveOpen: true) : new ZLibStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            stream.Write(message);
        }

        var response = Raw(Frame(packed.ToArray(), 1), ("grpc-status", "0"));
        response.Headers.TryAddWithoutValidation("grpc-encoding", encoding);
        return response;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        Requests.Enqueue(new Asked(request.RequestUri!.AbsolutePath, request.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase), body));
        return await answer(request, cancellationToken);
    }
}

internal sealed record Asked(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);
