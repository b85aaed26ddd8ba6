using Sidecar.Invocation.Wire;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Invocation;

/// <summary>A server outside of Dapr that has a name here: kind HTTPEndpoint.</summary>
public sealed record HttpEndpoint(string Name, string BaseUrl)
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}

/// <summary>Servers outside of Dapr, by the name of a resource or straight by their address.</summary>
public sealed class ExternalServers(IReadOnlyList<HttpEndpoint> endpoints) : IDisposable
{
    private readonly Dictionary<string, HttpEndpoint> endpoints = endpoints.ToDictionary(endpoint => endpoint.Name, StringComparer.Ordinal);
    private readonly Lazy<HandlerTransport> direct = new(() => new HandlerTransport(HandlerTransport.Client(trustsAnyone: false), isHttp2: false));
    private readonly Lazy<HandlerTransport> named = new(() => new HandlerTransport(HandlerTransport.Client(trustsAnyone: false, followsRedirects: true), isHttp2: false));

    /// <summary>Null when the target is an app.</summary>
    internal ExternalServer? Find(string target)
    {
        if (target.StartsWith("http://", StringComparison.Ordinal) || target.StartsWith("https://", StringComparison.Ordinal))
        {
            return new(target, [], direct.Value);
        }

        return endpoints.TryGetValue(target, out var endpoint) ? new(endpoint.BaseUrl, endpoint.Headers, named.Value) : null;
    }

    public void Dispose()
    {
        foreach (var used in new[] { direct, named })
        {
            if (used.IsValueCreated)
            {
                used.Value.Dispose();
            }
        }
    }
}

/// <summary>One such server. It gets the call as the caller made it, without a word about apps and no token of theirs.</summary>
internal readonly struct ExternalServer(string baseUrl, IEnumerable<KeyValuePair<string, string>> headers, IAppTransport transport)
{
    public async ValueTask<InvokeAnswer> InvokeAsync(InvokeRequest request, Span? span, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(baseUrl, UriKind.Absolute, out var server))
        {
            throw new InvocationException($"parse {MethodPath.Quote(baseUrl)}: invalid URL");
        }

        var answer = await new HttpApp(server, transport).InvokeAsync(request, span, headers, cancellation);
        return request.WantsEvents && answer.Status is >= 200 and < 300 ? answer with { IsDirectEvents = true } : answer;
    }
}
