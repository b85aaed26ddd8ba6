using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Sidecar.Invocation.Wire;

/// <summary>HTTP/1.1 without TLS, on connections that are kept.</summary>
internal sealed class SocketTransport(Uri server, int headLimit, TimeProvider time) : IAppTransport
{
    private const int InlineBody = 16 * 1024;
    private static readonly SearchValues<char> NotInValues = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 0x20).Where(code => code != '\t').Select(code => (char)code)) + "\u007f");

    private static readonly SearchValues<char> InNames = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private readonly SocketPool pool = new(server.IdnHost, server.Port, headLimit, time);

    public async ValueTask<InvokeAnswer> SendAsync(AppRequest request, CancellationToken cancellation)
    {
        var connection = await pool.RentAsync(cancellation);
        BodyUpload? upload = null;
        try
        {
            var first = await request.Body.ReadAsync(cancellation);
            var output = connection.BeginOutput();
            var isChunked = request.Length is null or 0 && !(first.IsEmpty && request.MayLackBody);
            WriteHead(output, request, isChunked);
            if (IsWhole(request, first, isChunked))
            {
                output.Write(first.Span);
                output.Write(isChunked ? "0\r\n\r\n"u8 : default);
                await connection.SendOutputAsync(cancellation);
            }
            else
            {
                upload = new BodyUpload(connection, request, isChunked);
                upload.Start(first, cancellation);
            }

            var head = await ReceiveHeadAsync(connection, cancellation);
            return new InvokeAnswer
            {
                Status = head.Status,
                Headers = head.Fields,
                ContentType = head.Fields.First("Content-Type"),
                Body = new SocketBody(connection, pool, head, hasNone: request.Verb == "HEAD" || head.Status is 204 or 304 or 101, upload),
            };
        }
        catch (Exception problem)
        {
            pool.Discard(connection);
            if (upload is not null)
            {
                await upload.DisposeAsync();
                if (problem is TransportException or ObjectDisposedException && upload.Failure is { } failure)
                {
                    throw new TransportException(failure.Message, failure);
                }
            }

            throw;
        }
    }

    public void Dispose() => pool.Dispose();

    private static bool IsWhole(AppRequest request, ReadOnlyMemory<byte> first, bool isChunked) =>
        first.IsEmpty || (!isChunked && first.Length == request.Length && first.Length <= InlineBody);

    private static void WriteHead(ArrayBufferWriter<byte> output, AppRequest request, bool isChunked)
    {
        Write(output, request.Verb);
        output.Write(" "u8);
        Write(output, request.Target);
        output.Write(" HTTP/1.1\r\nHost: "u8);
        Write(output, request.Server.Authority);
        output.Write("\r\n"u8);
        if (isChunked)
        {
            output.Write("Transfer-Encoding: chunked\r\n"u8);
        }
        else if (request.Length > 0)
        {
            output.Write("Content-Length: "u8);
            request.Length.Value.TryFormat(output.GetSpan(20), out var written);
            output.Advance(written);
            output.Write("\r\n"u8);
        }

        foreach (var (name, values) in request.Fields)
        {
            WriteField(output, name, values);
        }

        output.Write("\r\n"u8);
    }

    private static void WriteField(ArrayBufferWriter<byte> output, string name, StringValues values)
    {
        if (name.AsSpan().ContainsAnyExcept(InNames))
        {
            throw new TransportException($"net/http: invalid header field name {MethodPath.Quote(name)}");
        }

        foreach (var value in values)
        {
            if (value.AsSpan().ContainsAny(NotInValues))
            {
                throw new TransportException($"net/http: invalid header field value for {MethodPath.Quote(name)}");
            }

            Write(output, name);
            output.Write(": "u8);
            Write(output, value!);
            output.Write("\r\n"u8);
        }
    }

    private static void Write(ArrayBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);

    private async ValueTask<AnswerHead> ReceiveHeadAsync(SocketConnection connection, CancellationToken cancellation)
    {
        while (true)
        {
            var length = AnswerHead.EndOf(connection.Arrived.Span);
            if (length < 0 ? connection.Arrived.Length >= headLimit : length > headLimit)
            {
                throw new TransportException($"net/http: server response headers exceeded {headLimit} bytes; aborted");
            }

            if (length >= 0)
            {
                var head = AnswerHead.Parse(connection.Arrived.Span[..length]);
                connection.Take(length);
                if (head.Status is >= 200 or 101)
                {
                    return head;
                }
            }
            else if (!await connection.ReceiveAsync(cancellation))
            {
                throw new TransportException(connection.Arrived.IsEmpty ? "EOF" : "net/http: HTTP/1.x transport connection broken: unexpected EOF");
            }
        }
    }
}
