using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dapr.Wire;

/// <summary>gRPC to one address over HTTP/2. Connections come and go by themselves; a failure is a RpcException.</summary>
internal sealed class WireChannel : IDisposable
{
    private readonly ConcurrentDictionary<string, Uri> places = new(StringComparer.Ordinal);
    private readonly GrpcChannelOptions options;
    private readonly HttpMessageInvoker http;
    private readonly Uri address;
    private readonly bool isOurs;

    public WireChannel(Uri address, GrpcChannelOptions options)
    {
        if (options is { HttpClient: not null, HttpHandler: not null })
        {
            throw new ArgumentException("HttpClient and HttpHandler have been configured. Only one HTTP caller can be specified.", nameof(options));
        }

        this.address = address;
        this.options = options;
        isOurs = options.DisposeHttpClient || options is { HttpClient: null, HttpHandler: null };
        http = options.HttpClient ?? new HttpMessageInvoker(options.HttpHandler ?? NewHandler(), disposeHandler: isOurs);
    }

    /// <summary>One message there, one message back.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TResponse> AskAsync<TResponse>(
        WireMethod<TResponse> method, IMessage request, WireFields fields, CancellationToken cancellation, TimeSpan? limit = null)
        where TResponse : class, IMessage<TResponse>
    {
        using var time = new WireTime(limit, options.ThrowOperationCanceledOnCancellation, cancellation);
        try
        {
            using var response = await SendAsync(method.Path, request, fields, limit, time.Token);
            using var reader = await ReaderOfAsync(response, time.Token);
            var message = await reader.ReadAsync(method.Parser, time.Token);
            if (message is not null && await reader.ReadAsync(method.Parser, time.Token) is not null)
            {
                throw WireFailure.Of(StatusCode.Internal, "Unexpected data after finished reading message.");
            }

            WireStatus.CheckEnd(response);
            return message ?? throw WireFailure.Of(StatusCode.Internal, "Failed to deserialize response message.");
        }
        catch (Exception problem) when (problem is not RpcException)
        {
            throw time.FailureOf(problem);
        }
    }

    /// <summary>One message there, any number back until the server or the caller ends it. The call starts at once.</summary>
    public WireStream<TResponse> Open<TResponse>(WireMethod<TResponse> method, IMessage request, WireFields fields, CancellationToken cancellation)
        where TResponse : class, IMessage<TResponse>
    {
        var stream = new WireStream<TResponse>(this, method.Parser, options.ThrowOperationCanceledOnCancellation, cancellation);
        stream.Start(method.Path, request, fields);
        return stream;
    }

    public void Dispose()
    {
        if (isOurs)
        {
            http.Dispose();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<HttpResponseMessage> SendAsync(string path, IMessage message, WireFields fields, TimeSpan? limit, CancellationToken cancellation)
    {
        var size = message.CalculateSize();
        if (size > options.MaxSendMessageSize)
        {
            throw WireFailure.Of(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size.");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, places.GetOrAdd(path, static (path, address) => new Uri(address, path), address));
        request.Version = options.HttpVersion ?? HttpVersion.Version20;
        request.VersionPolicy = options.HttpVersionPolicy ?? HttpVersionPolicy.RequestVersionExact;
        request.Content = new WireContent(message, size);
        fields.Write(request.Headers);
        WireTrace.Write(request.Headers);
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation("grpc-accept-encoding", WireCompression.Offered);
        if (limit is { } time)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, (long)time.TotalMilliseconds)}m"));
        }

        return http is HttpClient client
            ? await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation)
            : await http.SendAsync(request, cancellation);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<WireReader> ReaderOfAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        WireStatus.CheckHead(response);
        var encoding = response.Headers.NonValidated.TryGetValues("grpc-encoding", out var names) ? names.ToString() : null;
        return new WireReader(await response.Content.ReadAsStreamAsync(cancellation), options.MaxReceiveMessageSize, encoding);
    }

    private static SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        EnableMultipleHttp2Connections = true,
        UseCookies = false,
    };
}
