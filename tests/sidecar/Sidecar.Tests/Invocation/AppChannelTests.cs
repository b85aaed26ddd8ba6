using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Sidecar.Hosting;
using Sidecar.Invocation;

namespace Sidecar.Tests.Invocation;

public sealed class AppChannelTests : IAsyncDisposable
{
    private readonly Neighbourhood neighbourhood = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => neighbourhood.DisposeAsync();

    [Fact]
    public async Task A_place_is_held_until_the_answer_has_been_read()
    {
        var running = 0;
        var most = 0;
        using var begun = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        var (caller, path) = await neighbourhood.CallerAsync(
            Callee.Self,
            async context =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await context.Response.WriteAsync("begin", Cancellation);
                await context.Response.Body.FlushAsync(Cancellation);
                begun.Release();
                await go.WaitAsync(Cancellation);
                Interlocked.Decrement(ref running);
            },
            options => options with { AppMaxConcurrency = 2 });
        var calls = Enumerable.Range(0, 6).Select(_ => caller.GetAsync(path + "x")).ToList();
        Assert.True(await begun.WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
        Assert.True(await begun.WaitAsync(TimeSpan.FromSeconds(10), Cancellation));
        go.Release(6);
        foreach (var call in calls)
        {
            using var answer = await call;
            Assert.Equal("begin", await answer.Content.ReadAsStringAsync(Cancellation));
        }

        Assert.Equal(2, most);
    }

    [Fact]
    public async Task What_the_sidecar_asks_itself_carries_the_token_and_names_its_client()
    {
        IHeaderDictionary seen = new HeaderDictionary();
        var app = await neighbourhood.AppAsync(context =>
        {
            foreach (var header in context.Request.Headers)
            {
                seen[header.Key] = header.Value;
            }

            return context.Response.WriteAsync("{}", Cancellation);
        });
        using var channel = new AppChannel(new SidecarOptions { AppId = "a", AppPort = app.Port, AppToken = "secret" });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(channel.Address, "/dapr/config"));
        using var answer = await channel.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("secret", seen["dapr-api-token"]);
        Assert.Equal("Go-http-client/1.1", seen.UserAgent);
        Assert.Equal("gzip", seen.AcceptEncoding);
    }

    [Fact]
    public async Task Probes_carry_no_token()
    {
        var tokens = new List<string>();
        var app = await neighbourhood.AppAsync(context =>
        {
            tokens.Add(context.Request.Headers["dapr-api-token"].ToString());
            context.Response.StatusCode = context.Request.Path == "/well" ? 204 : 503;
            return Task.CompletedTask;
        });
        using var channel = new AppChannel(new SidecarOptions { AppId = "a", AppPort = app.Port, AppToken = "secret" });
        Assert.True(await channel.ProbeAsync("well", Cancellation));
        Assert.False(await channel.ProbeAsync("/unwell", Cancellation));
        Assert.Equal(["", ""], tokens);
    }

    [Fact]
    public async Task An_app_may_speak_http2_without_tls()
    {
        var app = await neighbourhood.AppAsync(context => context.Request.Body.CopyToAsync(context.Response.Body, Cancellation), HttpProtocols.Http2);
        var sidecar = await neighbourhood.SidecarAsync("app", app.Port, configure: options => options with { AppProtocol = "h2c" });
        using var request = new HttpRequestMessage(HttpMethod.Post, sidecar.Address + "/v1.0/invoke/app/method/x") { Content = new StringContent("echo") };
        using var answer = await sidecar.SendAsync(request);
        Assert.Equal("echo", await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.True(await sidecar.App!.ProbeAsync("/healthz", Cancellation));
    }

    [Fact]
    public async Task An_app_with_tls_need_not_prove_who_it_is()
    {
        var (app, port) = await TlsAppAsync(async context => await context.Response.WriteAsync(
            $"{context.Request.Method} {context.Request.Headers.ContentType} {await new StreamReader(context.Request.Body).ReadToEndAsync(Cancellation)}", Cancellation));
        await using var _ = app;
        var sidecar = await neighbourhood.SidecarAsync("app", port, configure: options => options with { AppProtocol = "https" });
        using var request = new HttpRequestMessage(HttpMethod.Put, sidecar.Address + "/v1.0/invoke/app/method/x") { Content = new ByteArrayContent("body"u8.ToArray()) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "text/x");
        using var answer = await sidecar.SendAsync(request);
        Assert.Equal("PUT text/x body", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Neither_need_one_that_speaks_grpc()
    {
        var (app, port) = await TlsAppAsync(GrpcTestApp.Server.HandleAsync);
        await using var _ = app;
        var sidecar = await neighbourhood.SidecarAsync("app", port, configure: options => options with { AppProtocol = "grpcs" });
        using var answer = await sidecar.GetAsync("/v1.0/invoke/app/method/plain");
        Assert.StartsWith("plain GET", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private static async Task<(WebApplication App, int Port)> TlsAppAsync(RequestDelegate handler)
    {
        using var key = RSA.Create(2048);
        var certificate = new CertificateRequest("CN=nobody", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var port = TestPort.Next();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        app.Run(handler);
        await app.StartAsync(Cancellation);
        return (app, port);
    }
}
