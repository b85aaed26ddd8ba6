using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sidecar.Telemetry;

namespace Sidecar.Grpc;

/// <summary>One call to our server. Its handler is the only one that reads from it, and the only one that writes, at any time.</summary>
public sealed class GrpcCall : IDisposable
{
    private readonly GrpcReader reader;
    private readonly int limit;
    private readonly TimeProvider time;
    private readonly TimeSpan? timeout;
    private CancellationTokenSource? expiry;
    private CancellationTokenSource? linked;
    private IHeaderDictionary? trailers;

    internal GrpcCall(HttpContext context, string method, int limit, string encoding, TimeSpan? timeout, TimeProvider time)
    {
        Context = context;
        Method = method;
        this.limit = limit;
        this.timeout = timeout;
        this.time = time;
        reader = new GrpcReader(context.Request.BodyReader, limit, encoding);
        if (timeout is { } wait)
        {
            Deadline = time.GetUtcNow() + wait;
        }
    }

    public HttpContext Context { get; }

    /// <summary>/package.Service/Method.</summary>
    public string Method { get; }

    /// <summary>When the caller stops waiting; null when it never said.</summary>
    public DateTimeOffset? Deadline { get; }

    public bool IsExpired => expiry is { IsCancellationRequested: true } || Deadline <= time.GetUtcNow();

    /// <summary>Null when nobody follows this call.</summary>
    public GrpcWatch? Watch { get; internal set; }

    public IHeaderDictionary RequestHeaders => Context.Request.Headers;

    /// <summary>Sent with the first message, or with <see cref="SendHeadersAsync"/>.</summary>
    public IHeaderDictionary ResponseHeaders => Context.Response.Headers;

    public IHeaderDictionary Trailers => trailers ??= Context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;

    /// <summary>Ends when the caller goes away or its deadline has passed.</summary>
    public CancellationToken Cancellation
    {
        get
        {
            if (timeout is not { } wait)
            {
                return Context.RequestAborted;
            }

            if (linked is null)
            {
                expiry = new CancellationTokenSource(wait, time);
                linked = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, Context.RequestAborted);
            }

            return linked.Token;
        }
    }

    /// <summary>Null when the caller has sent all it wanted to.</summary>
    public ValueTask<T?> ReadAsync<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => reader.ReadAsync(parser, Cancellation);

    /// <summary>For reading beside other work: a read must not outlive the call, whose parts serve the next one.</summary>
    public ValueTask<T?> ReadAsync<T>(MessageParser<T> parser, CancellationToken cancellation)
        where T : class, IMessage<T> => reader.ReadAsync(parser, cancellation);

    /// <summary>The next message as it came, for whoever passes it on.</summary>
    public ValueTask<byte[]?> ReadBytesAsync() => reader.ReadBytesAsync(Cancellation);

    public ValueTask<byte[]?> ReadBytesAsync(CancellationToken cancellation) => reader.ReadBytesAsync(cancellation);

    public async ValueTask WriteAsync(IMessage message)
    {
        GrpcWriter.Write(Context.Response.BodyWriter, message, limit);
        await Context.Response.BodyWriter.FlushAsync(Cancellation);
    }

    public async ValueTask WriteBytesAsync(ReadOnlyMemory<byte> message)
    {
        GrpcWriter.Write(Context.Response.BodyWriter, message.Span, limit);
        await Context.Response.BodyWriter.FlushAsync(Cancellation);
    }

    /// <summary>Writes a message that goes out with the next flush, or with the end of the call.</summary>
    public void Queue(IMessage message) => GrpcWriter.Write(Context.Response.BodyWriter, message, limit);

    public void Queue(ReadOnlySpan<byte> message) => GrpcWriter.Write(Context.Response.BodyWriter, message, limit);

    public async ValueTask FlushAsync() => await Context.Response.BodyWriter.FlushAsync(Cancellation);

    public async ValueTask SendHeadersAsync() => await Context.Response.BodyWriter.FlushAsync(Cancellation);

    public void Dispose()
    {
        linked?.Dispose();
        expiry?.Dispose();
    }

    internal async ValueTask<T> ReadOnlyAsync<T>(MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        var message = await reader.ReadOnlyAsync(parser, Cancellation);
        Watch?.Received(message);
        return message;
    }

    /// <summary>The only message of an answer: it goes out together with the trailers.</summary>
    internal void Answer(IMessage message)
    {
        GrpcWriter.Write(Context.Response.BodyWriter, message, limit);
        Watch?.Answered(message);
    }
}
