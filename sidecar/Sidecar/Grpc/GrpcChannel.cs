using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Google.Protobuf;
using Sidecar.Errors;

namespace Sidecar.Grpc;

/// <summary>What goes with a call besides its message. A call without a timeout waits for as long as its caller does.</summary>
public readonly record struct GrpcCallOptions
{
    public IEnumerable<KeyValuePair<string, string>>? Metadata { get; init; }

    public TimeSpan? Timeout { get; init; }
}

/// <summary>An answer that succeeded.</summary>
public readonly record struct GrpcReply<T>(T Message, HttpResponseHeaders Headers, HttpResponseHeaders Trailers);

/// <summary>
/// gRPC to one address over HTTP/2: the internal port of another sidecar, or an app, which with TLS need not prove who it is.
/// Connections come and go by themselves. What the peer refuses, and what breaks, is a <see cref="GrpcException"/>.
/// </summary>
public sealed class GrpcChannel : IDisposable
{
    private static readonly MediaTypeHeaderValue ContentType = new("application/grpc");
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingPatience = TimeSpan.FromSeconds(5);
    private readonly HttpMessageInvoker http;
    private readonly Uri address;
    private readonly int limit;
    private readonly TimeProvider time;

    /// <param name="pings">While calls are under way the peer is asked again and again whether it is still there.</param>
    public GrpcChannel(Uri address, int limit, TimeProvider time, bool pings = false)
    {
        this.address = address;
        this.limit = limit;
        this.time = time;
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(3),
            InitialHttp2StreamWindowSize = 1024 * 1024,
            KeepAlivePingDelay = pings ? PingEvery : Timeout.InfiniteTimeSpan,
            KeepAlivePingTimeout = PingPatience,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        });
    }

    public async ValueTask<GrpcReply<TResponse>> UnaryAsync<TRequest, TResponse>(
        string method, TRequest request, MessageParser<TResponse> parser, GrpcCallOptions options, CancellationToken cancellation)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        if (request.CalculateSize() is var size && size > limit)
        {
            throw Problem(GrpcErrors.TooLargeToSend(size, limit));
        }

        using var timer = new GrpcTimer(options.Timeout, time, cancellation);
        using var content = new GrpcContent(request);
        try
        {
            using var response = await SendAsync(method, content, options, timer.Token);
            var message = await ReadOnlyAsync(response, parser, timer.Token);
            return new GrpcReply<TResponse>(message, response.Headers, response.TrailingHeaders);
        }
        catch (Exception problem) when (problem is not GrpcException)
        {
            throw Translate(problem, timer, cancellation);
        }
    }

    /// <summary>Starts a call whose messages flow one way or both ways until it is disposed.</summary>
    public GrpcClientCall Open(string method, GrpcCallOptions options, CancellationToken cancellation) =>
        new(this, method, options, limit, new GrpcTimer(options.Timeout, time, cancellation), cancellation);

    public void Dispose() => http.Dispose();

    internal async Task<HttpResponseMessage> SendAsync(string method, HttpContent content, GrpcCallOptions options, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.ContentType = ContentType;
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (options.Timeout is { } timeout)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", GrpcTimeout.Format(timeout));
        }

        foreach (var (name, value) in options.Metadata ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await http.SendAsync(request, cancellation);
        request.Content = null;
        return response;
    }

    internal static GrpcReader ReaderOf(HttpResponseMessage response, PipeReader body, int limit) =>
        new(body, limit, response.Headers.TryGetValues("grpc-encoding", out var names) ? names.First() : "");

    /// <summary>The failure behind an exception of the HTTP client.</summary>
    internal static Exception Translate(Exception problem, GrpcTimer timer, CancellationToken cancellation) => problem switch
    {
        GrpcException known => known,
        ApiException own => Problem(own),
        OperationCanceledException when timer.IsExpired => Problem(GrpcErrors.DeadlineExceeded()),
        OperationCanceledException when cancellation.IsCancellationRequested => problem,
        HttpProtocolException protocol => Reset(protocol),
        { InnerException: HttpProtocolException protocol } => Reset(protocol),
        { InnerException: SocketException socket } => new GrpcException(GrpcCode.Unavailable, $"connection error: {socket.Message}", inner: problem),
        _ => new GrpcException(GrpcCode.Unavailable, $"connection error: {problem.Message}", inner: problem),
    };

    private async ValueTask<T> ReadOnlyAsync<T>(HttpResponseMessage response, MessageParser<T> parser, CancellationToken cancellation)
        where T : class, IMessage<T>
    {
        GrpcAnswer.ThrowIfOver(response);
        var body = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellation));
        try
        {
            var reader = ReaderOf(response, body, limit);
            var message = await reader.ReadAsync(parser, cancellation);
            if (message is not null && await reader.ReadAsync(parser, cancellation) is not null)
            {
                throw GrpcErrors.Internal("cardinality violation: expected <EOF> for non server-streaming RPCs, but received another message");
            }

            GrpcAnswer.ThrowUnlessOk(response);
            return message ?? throw GrpcErrors.Internal("cardinality violation: received no response message from non-server-streaming RPC");
        }
        finally
        {
            await body.CompleteAsync();
        }
    }

    private static GrpcException Problem(ApiException error) => new(error.GrpcCode, error.Message, GrpcStatus.Details(error));

    private static GrpcException Reset(HttpProtocolException reset)
    {
        const long RefusedStream = 7;
        const long Cancel = 8;
        const long EnhanceYourCalm = 11;
        var code = reset.ErrorCode switch
        {
            RefusedStream => GrpcCode.Unavailable,
            Cancel => GrpcCode.Canceled,
            EnhanceYourCalm => GrpcCode.ResourceExhausted,
            _ => GrpcCode.Internal,
        };
        return new GrpcException(code, $"stream terminated by RST_STREAM with error code: {reset.ErrorCode}", inner: reset);
    }
}
