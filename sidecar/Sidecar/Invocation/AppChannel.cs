using System.Net;
using Sidecar.Hosting;

namespace Sidecar.Invocation;

/// <summary>HTTP to the app beside this sidecar: its token, its limit of concurrent calls, no redirects.</summary>
public sealed class AppChannel : IDisposable
{
    private readonly HttpMessageInvoker http;
    private readonly SemaphoreSlim? places;
    private readonly string? token;

    public AppChannel(SidecarOptions options)
    {
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
        });
        places = options.AppMaxConcurrency > 0 ? new SemaphoreSlim(options.AppMaxConcurrency) : null;
        token = options.AppToken;
        Address = new Uri($"http://{options.AppChannelAddress}:{options.AppPort}");
    }

    public Uri Address { get; }

    /// <summary>The answer's body is read by the caller, who disposes it.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (token is not null)
        {
            request.Headers.Remove("dapr-api-token");
            request.Headers.TryAddWithoutValidation("dapr-api-token", token);
        }

        if (places is null)
        {
            return await http.SendAsync(request, cancellation);
        }

        await places.WaitAsync(cancellation);
        try
        {
            return await http.SendAsync(request, cancellation);
        }
        finally
        {
            places.Release();
        }
    }

    public void Dispose()
    {
        http.Dispose();
        places?.Dispose();
    }
}
