using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sidecar.Testing.Boundary;

/// <summary>Passes requests on to another port of this machine, byte by byte.</summary>
internal sealed class Relay(Uri to, bool isGrpc) : IDisposable
{
    private static readonly HashSet<string> OfConnection = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "Host", "Content-Length", "Proxy-Connection" };

    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = true,
    });

    public static async Task<CallRequest> ReadAsync(HttpContext context, bool isGrpc)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return new CallRequest(context.Request.Method, Target(context), Fields(context), body.ToArray(), isGrpc);
    }

    /// <summary>Throws <see cref="HttpRequestException"/> when nobody answers there.</summary>
    public async Task<CallAnswer> SendAsync(CallRequest call, CancellationToken cancellation)
    {
        using var request = Request(call.Method, call.Target, call.Headers, new ReadOnlyMemoryContent(call.Body));
        using var answer = await http.SendAsync(request, cancellation);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        return new CallAnswer((int)answer.StatusCode, [.. Fields(answer.Headers), .. Fields(answer.Content.Headers)], body, [.. Fields(answer.TrailingHeaders)]);
    }

    public static async Task WriteAsync(HttpContext context, CallAnswer answer)
    {
        Begin(context, answer.Status, answer.Headers);
        if (answer.Body.Length > 0)
        {
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }

        End(context, answer.Trailers);
    }

    /// <summary>Both ways at once, for as long as it lasts.</summary>
    public async Task StreamAsync(HttpContext context)
    {
        using var request = Request(context.Request.Method, Target(context), Fields(context), new StreamContent(context.Request.Body));
        using var answer = await http.SendAsync(request, context.RequestAborted);
        Begin(context, (int)answer.StatusCode, [.. Fields(answer.Headers), .. Fields(answer.Content.Headers)]);
        await using var from = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        var buffer = new byte[16 * 1024];
        for (int count; (count = await from.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        End(context, [.. Fields(answer.TrailingHeaders)]);
    }

    public void Dispose() => http.Dispose();

    private HttpRequestMessage Request(string method, string target, IReadOnlyList<KeyValuePair<string, string[]>> headers, HttpContent content)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(to.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Version = isGrpc ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        foreach (var (name, values) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, values))
            {
                content.Headers.TryAddWithoutValidation(name, values);
            }
        }

        return request;
    }

    private static string Target(HttpContext context) => Http.GoUrl.WithoutHost(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);

    private static KeyValuePair<string, string[]>[] Fields(HttpContext context) =>
        [.. context.Request.Headers.Where(field => !OfConnection.Contains(field.Key) && field.Key[0] != ':').Select(field => KeyValuePair.Create(field.Key, field.Value.Select(value => value ?? "").ToArray()))];

    private static IEnumerable<KeyValuePair<string, string[]>> Fields(System.Net.Http.Headers.HttpHeaders headers) =>
        headers.NonValidated.Where(field => !OfConnection.Contains(field.Key)).Select(field => KeyValuePair.Create(field.Key, field.Value.ToArray()));

    private static void Begin(HttpContext context, int status, IReadOnlyList<KeyValuePair<string, string[]>> headers)
    {
        context.Response.StatusCode = status;
        foreach (var (name, values) in headers)
        {
            context.Response.Headers[name] = values;
        }
    }

    private static void End(HttpContext context, IReadOnlyList<KeyValuePair<string, string[]>> trailers)
    {
        foreach (var (name, values) in trailers)
        {
            context.Response.AppendTrailer(name, values);
        }
    }
}
