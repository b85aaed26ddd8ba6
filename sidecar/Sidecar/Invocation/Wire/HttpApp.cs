using System.IO.Compression;
using Sidecar.Errors;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Invocation.Wire;

/// <summary>Makes requests of HTTP out of calls, as daprd's client makes them, and reads the answers as it does.</summary>
internal sealed class HttpApp(Uri server, IAppTransport transport, string? appToken = null) : IApp
{
    public const string UserAgent = "Go-http-client/1.1";
    private const string OwnEncoding = "gzip";
    private static readonly string[] Verbs = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"];

    public ValueTask<InvokeAnswer> InvokeAsync(InvokeRequest request, Span? span, CancellationToken cancellation) =>
        InvokeAsync(request, span, null, cancellation);

    /// <param name="more">Fields that are set in any case.</param>
    public async ValueTask<InvokeAnswer> InvokeAsync(InvokeRequest request, Span? span, IEnumerable<KeyValuePair<string, string>>? more, CancellationToken cancellation)
    {
        if (request.Verb is not { } verb || Array.IndexOf(Verbs, verb) < 0)
        {
            throw new InvocationException(GrpcCode.InvalidArgument, request.Verb is null ? "missing HTTP extension field" : "invalid HTTP verb");
        }

        if (!MethodPath.TryEscape(request.Method, out var path))
        {
            throw new InvocationException($"parse {MethodPath.Quote(server.GetLeftPart(UriPartial.Authority) + path)}: invalid URL escape {MethodPath.Quote(MethodPath.BrokenEscape(path))}");
        }

        var fields = Fields(request, span, more);
        var unpacks = ReferenceEquals(fields.First("Accept-Encoding"), OwnEncoding);
        var prefix = server.AbsolutePath == "/" ? "" : server.AbsolutePath.TrimEnd('/');
        var target = prefix + path + (request.Query.Length > 0 ? "?" + request.Query.Replace(" ", "%20", StringComparison.Ordinal) : "");
        var sent = new AppRequest(verb, server, target, fields, request.Body)
        {
            Length = request.Length,
        };
        try
        {
            var answer = await transport.SendAsync(sent, cancellation);
            return unpacks && answer.Headers.First("Content-Encoding").Equals("gzip", StringComparison.OrdinalIgnoreCase) ? Unpacked(answer) : answer;
        }
        catch (IOException problem) when (problem is TransportException or StreamTooLargeException)
        {
            throw new InvocationException($"{verb[0]}{verb[1..].ToLowerInvariant()} {MethodPath.Quote(sent.Url)}: {problem.Message}");
        }
    }

    public void Dispose() => transport.Dispose();

    private HeaderFields Fields(InvokeRequest request, Span? span, IEnumerable<KeyValuePair<string, string>>? more)
    {
        var fields = new HeaderFields(request.Metadata.Count + 6);
        if (request.Metadata.First("User-Agent").Length == 0)
        {
            fields.Append("User-Agent", UserAgent);
        }

        ForwardedFields.Copy(request.Metadata, fields, static (to, name, values) => to.Append(name, values));
        if ((request.TypeUrl.Length > 0 ? "application/x-protobuf" : request.ContentType) is { Length: > 0 } contentType)
        {
            fields.Append("Content-Type", contentType);
        }

        foreach (var (name, value) in more ?? [])
        {
            fields.Set(name, value);
        }

        Trace(request, span, fields);
        if (appToken is not null)
        {
            fields.Set(AppToken.Header, appToken);
        }

        if (request.Verb != "HEAD" && fields.First("Accept-Encoding").Length == 0 && fields.First("Range").Length == 0)
        {
            fields.Append("Accept-Encoding", OwnEncoding);
        }

        return fields;
    }

    /// <summary>A caller's traceparent that is none goes on as it is, as long as there is no better one.</summary>
    private static void Trace(InvokeRequest request, Span? span, HeaderFields fields)
    {
        var isOwn = span is { Context.IsValid: true };
        var sent = isOwn || request.IsGrpc ? "" : request.Metadata.First("traceparent");
        if (sent.Length > 0 || span is not null)
        {
            fields.Append("Traceparent", sent.Length > 0 ? sent : span!.Traceparent);
        }

        var state = isOwn ? span!.Tracestate : sent.Length > 0 ? request.Metadata.First("tracestate") : null;
        if (!string.IsNullOrEmpty(state))
        {
            fields.Append("Tracestate", state);
        }
    }

    /// <summary>Where the app packed its answer for this sidecar and not for the caller.</summary>
    private static InvokeAnswer Unpacked(InvokeAnswer answer)
    {
        answer.Headers.Remove("Content-Encoding");
        answer.Headers.Remove("Content-Length");
        return answer with { Body = new StreamSource(new GZipStream(new SourceStream(answer.Body), CompressionMode.Decompress), answer) };
    }
}
