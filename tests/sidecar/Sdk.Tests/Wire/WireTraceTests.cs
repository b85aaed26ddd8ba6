using System.Diagnostics;
using System.Net;
using Dapr.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sdk.Tests.Ground;

namespace Sdk.Tests.Wire;

/// <summary>Headers as they arrive over a connection.</summary>
public sealed class WireTraceTests
{
    [Fact]
    public async Task The_trace_is_told_once_whoever_else_writes_it()
    {
        var port = Ports.Free();
        var seen = new TaskCompletionSource<IHeaderDictionary>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await SmallApp.StartAsync(
            app => app.Run(context =>
            {
                seen.TrySetResult(new HeaderDictionary(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase)));
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return Task.CompletedTask;
            }),
            builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2)));
        using var listener = new ActivityListener { ShouldListenTo = _ => true, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        using var client = new DaprClientBuilder().UseGrpcEndpoint($"http://127.0.0.1:{port}").UseDaprApiToken("sesame").Build();
        await Assert.ThrowsAsync<Dapr.DaprException>(() => client.GetMetadataAsync(TestContext.Current.CancellationToken));
        var headers = await seen.Task.WaitAsync(Rig.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(activity.Id, Assert.Single(headers["traceparent"]));
        Assert.Single(headers["grpc-trace-bin"]);
        Assert.Equal("sesame", Assert.Single(headers["dapr-api-token"]));
    }
}
