using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Sidecar.Invocation.Wire;

/// <summary>.NET's own client, for TLS, HTTP/2 (from the first byte, also without TLS) and servers that are not the app.</summary>
internal sealed class HandlerTransport(HttpMessageInvoker http, bool isHttp2) : IAppTransport
{
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private static readonly FrozenSet<string> OfContent = new[]
    {
        "allow", "content-disposition", "content-encoding", "content-language", "content-length", "content-location", "content-md5",
        "content-range", "content-type", "expires", "last-modified",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <param name="trustsAnyone">The app beside this sidecar need not prove who it is.</param>
    public static HttpMessageInvoker Client(bool trustsAnyone, DecompressionMethods decompression = DecompressionMethods.None, bool followsRedirects = false)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = followsRedirects,
            AutomaticDecompression = decompression,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            EnableMultipleHttp2Connections = true,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        };
        if (trustsAnyone)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        }

        return new HttpMessageInvoker(handler);
    }

    public async ValueTask<InvokeAnswer> SendAsync(AppRequest request, CancellationToken cancellation)
    {
        var message = await MessageAsync(request, cancellation);
        try
        {
            var response = await http.SendAsync(message, cancellation);
            var headers = Fields(response);
            return new InvokeAnswer
            {
                Status = (int)response.StatusCode,
                Headers = headers,
                ContentType = headers.First("Content-Type"),
                Body = new StreamSource(await response.Content.ReadAsStreamAsync(cancellation), new Ending(response, message.Content as SourceContent)),
            };
        }
        catch (Exception problem)
        {
            if (message.Content is SourceContent content)
            {
                await content.DisposeAsync();
                if (problem is HttpRequestException && content.Failure is { } failure)
                {
                    throw new TransportException(failure.Message, failure);
                }
            }

            throw problem is HttpRequestException failed ? new TransportException(Reason(request, failed), failed) : problem;
        }
    }

    public void Dispose() => http.Dispose();

    private static HeaderFields Fields(HttpResponseMessage response)
    {
        var fields = new HeaderFields();
        foreach (var (name, values) in response.Headers.NonValidated)
        {
            fields.Append(name, values.ToArray());
        }

        foreach (var (name, values) in response.Content.Headers.NonValidated)
        {
            fields.Append(name, values.ToArray());
        }

        return fields;
    }

    private static string Reason(AppRequest request, HttpRequestException problem) => problem switch
    {
        { InnerException: SocketException socket } when problem.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError =>
            GoNetError.Dial(request.Server.IdnHost, request.Server.Port, socket),
        { HttpRequestError: HttpRequestError.ResponseEnded } => "EOF",
        { InnerException: AuthenticationException tls } => $"tls: {tls.Message}",
        { InnerException.InnerException: SocketException socket } => $"read tcp {request.Server.Authority}: read: {GoNetError.Text(socket)}",
        _ => problem.Message,
    };

    private async ValueTask<HttpRequestMessage> MessageAsync(AppRequest request, CancellationToken cancellation)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Verb), new Uri(request.Url, AsItIs));
        if (isHttp2)
        {
            message.Version = HttpVersion.Version20;
            message.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }

        var first = await request.Body.ReadAsync(cancellation);
        if (!first.IsEmpty || !request.MayLackBody)
        {
            message.Content = new RequestContent(first, request);
            message.Headers.TransferEncodingChunked = !isHttp2 && request.Length is null or 0 ? true : null;
        }

        foreach (var (name, values) in request.Fields)
        {
            Add(message, name, values);
        }

        return message;
    }

    private static void Add(HttpRequestMessage message, string name, StringValues values)
    {
        var headers = OfContent.Contains(name) ? (message.Content ??= new ByteArrayContent([])).Headers : (System.Net.Http.Headers.HttpHeaders)message.Headers;
        headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
    }

    private sealed class Ending(IDisposable response, SourceContent? sent) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            response.Dispose();
            if (sent is not null)
            {
                await sent.DisposeAsync();
            }
        }
    }

    private sealed class RequestContent(ReadOnlyMemory<byte> first, AppRequest request) : SourceContent(request.Body)
    {
        protected override async Task WriteAsync(Stream stream, CancellationToken cancellation)
        {
            for (var piece = first; !piece.IsEmpty; piece = await ReadAsync(cancellation))
            {
                await stream.WriteAsync(piece, cancellation);
                await stream.FlushAsync(cancellation);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = request.Length ?? 0;
            return length > 0;
        }
    }
}
