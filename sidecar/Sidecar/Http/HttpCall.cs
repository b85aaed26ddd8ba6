using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sidecar.Errors;
using Sidecar.Json;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Http;

/// <summary>One request to the HTTP API: where it goes, what it asks, and how it is answered.</summary>
public sealed class HttpCall
{
    private static readonly Dictionary<string, string> NoMetadata = new(StringComparer.Ordinal);
    private readonly int bodyLimit;
    private RouteValues values;
    private List<KeyValuePair<string, string>>? query;

    public HttpCall(HttpContext context, int bodyLimit)
    {
        Context = context;
        this.bodyLimit = bodyLimit;
        var target = GoUrl.WithoutHost(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        var mark = target.IndexOf('?');
        RawPath = mark < 0 ? target : target[..mark];
        Path = GoUrl.Clean(RawPath);
        RawQuery = mark < 0 ? "" : target[(mark + 1)..];
    }

    public HttpContext Context { get; }

    /// <summary>As the caller wrote it.</summary>
    public string RawPath { get; }

    /// <summary>Cleaned and still escaped.</summary>
    public string Path { get; }

    public string RawQuery { get; }

    public ApiRoute? Route { get; private set; }

    /// <summary>Null when tracing is switched off.</summary>
    public Span? Span { get; set; }

    /// <summary>The app that is invoked, once that is known.</summary>
    public InvocationTarget? Target { get; set; }

    /// <summary>The caller has shown its token where one is asked for.</summary>
    public bool IsAdmitted { get; set; }

    /// <summary>Bytes of an answer whose length was not known when it began.</summary>
    public long SentBytes { get; set; }

    /// <summary>The first parameter of the route, which names the component.</summary>
    public string FirstParameter => values.First;

    public CancellationToken Cancellation => Context.RequestAborted;

    /// <summary>A parameter of the route.</summary>
    public string this[string name] => values[name];

    public bool HasQuery(string name) => Find(name) is not null;

    /// <summary>The first value of that name, or nothing.</summary>
    public string Query(string name) => Find(name) ?? "";

    /// <summary>The <c>metadata.*</c> entries of the query; empty when there are none.</summary>
    public Dictionary<string, string> Metadata()
    {
        const string Prefix = "metadata.";
        if (RawQuery.Length == 0)
        {
            return NoMetadata;
        }

        Dictionary<string, string>? metadata = null;
        foreach (var (name, value) in query ??= GoUrl.ParseQuery(RawQuery))
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                (metadata ??= new(StringComparer.Ordinal)).TryAdd(name[Prefix.Length..], value);
            }
        }

        return metadata ?? NoMetadata;
    }

    public bool TryRoute(Router router)
    {
        if (!router.TryMatch(Context.Request.Method, Path, out var route, out values))
        {
            return false;
        }

        Route = route;
        return true;
    }

    public void UnescapeParameters() => values.Unescape();

    /// <summary>The whole body, or <see cref="BodyTooLargeException"/>.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync()
    {
        if (Context.Request.ContentLength > bodyLimit)
        {
            throw new BodyTooLargeException();
        }

        var reader = Context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(Cancellation);
            if (read.Buffer.Length > bodyLimit)
            {
                throw new BodyTooLargeException();
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public void Empty(int status = StatusCodes.Status204NoContent) => Context.Response.StatusCode = status;

    /// <summary>A value that Go's Encoder writes: a line end follows it.</summary>
    public ValueTask Json(GoJsonWriter value)
    {
        value.EndLine();
        return Json(value.Written);
    }

    public ValueTask Json(ReadOnlyMemory<byte> body, int status = StatusCodes.Status200OK) => Bytes(body, "application/json", status);

    public ValueTask Text(string text, int status) => Bytes(System.Text.Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8", status);

    /// <summary>As Go's http.Error answers.</summary>
    public ValueTask PlainError(string text, int status)
    {
        Context.Response.Headers.XContentTypeOptions = "nosniff";
        return Text(text + "\n", status);
    }

    /// <summary>As Go's server answers what it does not let through to any handler: the connection ends with it.</summary>
    public ValueTask Refusal(string text, int status)
    {
        if (HttpProtocol.IsHttp11(Context.Request.Protocol))
        {
            Context.Response.Headers.Connection = "close";
        }

        return Text(text, status);
    }

    public ValueTask Error(ApiException error) => Json(ErrorBody.Of(error), error.HttpStatus);

    private string? Find(string name)
    {
        if (RawQuery.Length == 0)
        {
            return null;
        }

        foreach (var pair in query ??= GoUrl.ParseQuery(RawQuery))
        {
            if (pair.Key == name)
            {
                return pair.Value;
            }
        }

        return null;
    }

    private async ValueTask Bytes(ReadOnlyMemory<byte> body, string contentType, int status)
    {
        var response = Context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, Cancellation);
    }
}

/// <summary>Which method of which app a call invokes.</summary>
public readonly record struct InvocationTarget(string AppId, string Method);

/// <summary>In the words that Dapr puts into its answer.</summary>
public sealed class BodyTooLargeException() : IOException("stream too large");
