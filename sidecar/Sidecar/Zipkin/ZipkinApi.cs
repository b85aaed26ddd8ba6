using Microsoft.AspNetCore.Http;

namespace Sidecar.Zipkin;

/// <summary>The second version of Zipkin's HTTP API, answered from memory.</summary>
internal sealed class ZipkinApi(TraceMemory memory, TimeProvider time)
{
    private const long Day = 86_400_000;
    private const int UsualLimit = 10;
    private const int MostTraces = 1000;
    private const string Prefix = "/api/v2/";

    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            // A page of elsewhere whose name was made to mean this machine must not read what went on here.
            if (!IsLocal(http.Request.Host.Host))
            {
                await ZipkinAnswers.TextAsync(http, StatusCodes.Status403Forbidden, "call this by localhost");
                return;
            }

            await AnswerAsync(http);
        }
        catch (ZipkinException problem)
        {
            await ZipkinAnswers.TextAsync(http, StatusCodes.Status400BadRequest, problem.Message);
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException)
        {
            // Who asked has gone.
            http.Abort();
        }
    }

    private Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        var isRead = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        return path switch
        {
            "/api/v2/spans" when HttpMethods.IsPost(http.Request.Method) => CollectAsync(http),
            _ when !isRead => ZipkinAnswers.TextAsync(http, StatusCodes.Status405MethodNotAllowed, "this is read with GET; spans are sent with POST to /api/v2/spans"),
            "/" or "/zipkin" or "/zipkin/" => ZipkinAnswers.PageAsync(http),
            "/health" => ZipkinAnswers.JsonAsync(http, """{"status":"UP","zipkin":{"status":"UP","details":{"InMemoryStorage{}":{"status":"UP"}}}}"""u8.ToArray()),
            "/info" => ZipkinAnswers.JsonAsync(http, """{"zipkin":{"version":"3","storage":"memory of the sidecar"}}"""u8.ToArray()),
            _ when path.StartsWith(Prefix, StringComparison.Ordinal) => ReadAsync(http, path[Prefix.Length..]),
            _ => NotFoundAsync(http),
        };
    }

    private async Task CollectAsync(HttpContext http)
    {
        var body = await SpanBody.ReadAsync(http);
        if (body is null)
        {
            return;
        }

        memory.Add(SpanBody.Spans(body), body);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        http.Response.ContentLength = 0;
    }

    private Task ReadAsync(HttpContext http, string what)
    {
        var asked = new Asked(http.Request.Query);
        return what switch
        {
            "services" => ZipkinAnswers.NamesAsync(http, memory.Names(span => span.Service)),
            "spans" => ZipkinAnswers.NamesAsync(http, Of(asked.Required("serviceName"), span => span.Name)),
            "remoteServices" => ZipkinAnswers.NamesAsync(http, Of(asked.Required("serviceName"), span => span.Remote)),
            "traces" => ZipkinAnswers.TracesAsync(http, Query(asked).Run(memory)),
            "traceMany" => ZipkinAnswers.TracesAsync(http, Many(asked.Required("traceIds"))),
            "dependencies" => ZipkinAnswers.LinksAsync(http, Links(asked)),

            // No tags are configured to be completed.
            "autocompleteKeys" => ZipkinAnswers.NamesAsync(http, []),
            "autocompleteValues" => asked.Required("key").Length == 0 ? throw new ZipkinException("key was empty") : ZipkinAnswers.NamesAsync(http, []),
            _ when what.StartsWith("trace/", StringComparison.Ordinal) => TraceAsync(http, ZipkinIds.Trace(what["trace/".Length..].Trim())),
            _ => NotFoundAsync(http),
        };
    }

    private Task TraceAsync(HttpContext http, string id)
    {
        var spans = memory.Find(id);
        return spans.Count > 0 ? ZipkinAnswers.SpansAsync(http, spans) : ZipkinAnswers.TextAsync(http, StatusCodes.Status404NotFound, $"{id} not found");
    }

    private IEnumerable<IReadOnlyList<StoredSpan>> Many(string ids)
    {
        var wanted = new HashSet<string>();
        foreach (var id in ids.Length > 0 ? ids.Split(',', MostTraces) : throw new ZipkinException("traceIds parameter is empty"))
        {
            if (!wanted.Add(ZipkinIds.Trace(id)))
            {
                throw new ZipkinException($"redundant traceId: {id}");
            }
        }

        return wanted.Count > 1
            ? wanted.Select(memory.Find).Where(trace => trace.Count > 0)
            : throw new ZipkinException("Use /api/v2/trace/{traceId} endpoint to retrieve a single trace");
    }

    private TraceQuery Query(Asked asked) => TraceQuery.Of(
        asked.Text("serviceName"), asked.Text("remoteServiceName"), asked.Text("spanName"), asked.Text("annotationQuery"),
        asked.Number("minDuration"), asked.Number("maxDuration"),
        asked.Number("endTs") ?? time.GetUtcNow().ToUnixTimeMilliseconds(), asked.Number("lookback") ?? Day, (int)Math.Clamp(asked.Number("limit") ?? UsualLimit, int.MinValue, int.MaxValue));

    private IReadOnlyList<DependencyLink> Links(Asked asked)
    {
        _ = asked.Required("endTs");
        var (end, lookback) = (asked.Number("endTs") ?? 0, asked.Number("lookback") ?? Day);
        if (end <= 0 || lookback <= 0)
        {
            throw new ZipkinException(end <= 0 ? "endTs <= 0" : "lookback <= 0");
        }

        var links = new DependencyLinks();
        foreach (var trace in memory.Between(end - lookback, end, _ => true))
        {
            links.Add(trace.Select(span => span.Read()));
        }

        return links.All;
    }

    /// <summary>Names of services are always in lower case.</summary>
    private IReadOnlyList<string> Of(string service, Func<StoredSpan, string?> what)
    {
        var wanted = service.ToLowerInvariant();
        return memory.Names(span => span.Service == wanted ? what(span) : null);
    }

    private static Task NotFoundAsync(HttpContext http) => ZipkinAnswers.TextAsync(http, StatusCodes.Status404NotFound, "there is no such page; traces are at /api/v2/traces");

    private static bool IsLocal(string host) => host == "localhost" || (System.Net.IPAddress.TryParse(host.Trim('[', ']'), out var address) && System.Net.IPAddress.IsLoopback(address));
}
