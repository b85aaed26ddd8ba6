using System.Net;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Hosting;
using Sidecar.Invocation.Wire;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Invocation;

/// <summary>
/// The way to the app beside this sidecar, in the protocol that it speaks: its token, its limit of concurrent calls, no redirects,
/// certificates unverified.
/// </summary>
public sealed class AppChannel : IDisposable
{
    private readonly HttpMessageInvoker http;
    private readonly IApp app;
    private readonly AppPlaces places;
    private readonly string? token;

    public AppChannel(SidecarOptions options, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var scheme = options.AppProtocol is "https" or "grpcs" ? "https" : "http";
        Address = new Uri($"{scheme}://{options.AppChannelAddress}:{options.AppPort}");
        token = options.AppToken;
        places = new AppPlaces(options.AppMaxConcurrency);
        http = HandlerTransport.Client(trustsAnyone: true, DecompressionMethods.GZip);
        IsHttp2 = options.AppProtocol == "h2c";
        if (options.AppProtocol is "grpc" or "grpcs")
        {
            Grpc = new GrpcChannel(Address, options.MaxBodySize, time);
            app = new GrpcApp(Grpc, token);
        }
        else
        {
            app = new HttpApp(Address, Transport(options, time), token);
        }
    }

    public Uri Address { get; }

    public bool IsHttp => Grpc is null;

    /// <summary>For an app that speaks gRPC; null for others.</summary>
    public GrpcChannel? Grpc { get; }

    /// <summary>Calls of other apps are refused while this says no.</summary>
    public Func<bool> IsHealthy { get; set; } = static () => true;

    private bool IsHttp2 { get; }

    /// <summary>Calls a method on behalf of another app.</summary>
    public async ValueTask<InvokeAnswer> InvokeAsync(InvokeRequest request, Span? span, CancellationToken cancellation)
    {
        if (!IsHealthy())
        {
            throw new InvocationException(GrpcCode.Internal, "app is not in a healthy state");
        }

        if (!places.AreLimited)
        {
            return await app.InvokeAsync(request, span, cancellation);
        }

        await places.TakeAsync(cancellation);
        try
        {
            return places.Holding(await app.InvokeAsync(request, span, cancellation));
        }
        catch
        {
            places.Release();
            throw;
        }
    }

    /// <summary>What the sidecar asks of an HTTP app on its own behalf. The answer's body is in memory.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (token is not null)
        {
            request.Headers.Remove(AppToken.Header);
            request.Headers.TryAddWithoutValidation(AppToken.Header, token);
        }

        await places.TakeAsync(cancellation);
        try
        {
            return await SendWholeAsync(request, cancellation);
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>Whether the app says that it is well. Probes carry no token and take no place.</summary>
    public async Task<bool> ProbeAsync(string path, CancellationToken cancellation)
    {
        if (Grpc is not null)
        {
            await GrpcApp.ProbeAsync(Grpc, cancellation);
            return true;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, "/" + path.TrimStart('/')));
        using var response = await SendWholeAsync(request, cancellation);
        return response.IsSuccessStatusCode;
    }

    public void Dispose()
    {
        app.Dispose();
        Grpc?.Dispose();
        http.Dispose();
        places.Dispose();
    }

    private IAppTransport Transport(SidecarOptions options, TimeProvider time) => options.AppProtocol == "http"
        ? new SocketTransport(Address, options.ReadBufferSize, time)
        : new HandlerTransport(HandlerTransport.Client(trustsAnyone: true), IsHttp2);

    private async Task<HttpResponseMessage> SendWholeAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Headers.TryAddWithoutValidation("User-Agent", HttpApp.UserAgent);
        if (IsHttp2)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }

        var response = await http.SendAsync(request, cancellation);
        try
        {
            await response.Content.LoadIntoBufferAsync(cancellation);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
