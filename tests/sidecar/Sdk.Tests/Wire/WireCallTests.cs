extern alias daemon;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Dapr;
using Dapr.Client;
using Dapr.Common;
using Protos = daemon::Sidecar.Protos;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Sdk.Tests.Ground;

namespace Sdk.Tests.Wire;

/// <summary>What goes with calls, and how they end early.</summary>
public sealed class WireCallTests
{
    private static readonly Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> Never = async (_, cancellation) =>
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        throw new InvalidOperationException("nobody waits for ever");
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Headers_say_who_calls_and_in_which_trace()
    {
        var script = new Script(_ => Script.Reply(0, [new Empty()]));
        using var client = script.Client(build: builder => builder.UseDaprApiToken("sesame"));
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C);
        activity.TraceStateString = "a=b";
        activity.Start();
        await client.DeleteStateAsync("s", "k", cancellationToken: Cancellation);
        var asked = Assert.Single(script.Requests);
        Assert.Equal("/dapr.proto.runtime.v1.Dapr/DeleteState", asked.Path);
        Assert.Equal(("sesame", "trailers"), (asked.Headers["dapr-api-token"], asked.Headers["te"]));
        Assert.EndsWith("dapr-sdk-dotnet/v1.18.5", asked.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Equal((activity.Id, "a=b"), (asked.Headers["traceparent"], asked.Headers["tracestate"]));
        var trace = Convert.FromBase64String(asked.Headers["grpc-trace-bin"].PadRight(40, '='));
        Assert.Equal($"0000{activity.TraceId}01{activity.SpanId}0200", Convert.ToHexStringLower(trace));
    }

    [Fact]
    public async Task Without_token_and_activity_nothing_is_said_of_them()
    {
        var script = new Script(_ => Script.Reply(0, [new Empty()]));
        using var client = script.Client(build: builder => builder.UseDaprApiToken(" "));
        Activity.Current = null;
        await client.DeleteStateAsync("s", "k", cancellationToken: Cancellation);
        Assert.DoesNotContain(Assert.Single(script.Requests).Headers.Keys, name => name.StartsWith("trace", StringComparison.Ordinal) || name is "dapr-api-token" or "grpc-trace-bin");
    }

    [Fact]
    public async Task Saving_in_bulk_says_neither_token_nor_name()
    {
        var script = new Script(_ => Script.Reply(0, [new Empty()]));
        using var client = script.Client(build: builder => builder.UseDaprApiToken("sesame"));
        await client.SaveBulkStateAsync("s", [new SaveStateItem<int>("k", 1, "")], Cancellation);
        Assert.DoesNotContain(Assert.Single(script.Requests).Headers, header => header.Key == "dapr-api-token" || header.Value.Contains("dapr-sdk", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cancelled_call_throws_what_the_options_say()
    {
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        using var throws = new Script(Never).Client();
        var cancellation = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => throws.GetStateAsync<int>("s", "k", cancellationToken: cancelled.Token));
        Assert.Equal(cancelled.Token, cancellation.CancellationToken);
        using var wraps = new Script(Never).Client(options => options.ThrowOperationCanceledOnCancellation = false);
        var failure = await Assert.ThrowsAsync<DaprException>(() => wraps.GetStateAsync<int>("s", "k", cancellationToken: cancelled.Token));
        Assert.Equal(StatusCode.Cancelled, ((RpcException)failure.InnerException!).StatusCode);
    }

    [Fact]
    public async Task Nobody_there_is_Unavailable()
    {
        using var client = new DaprClientBuilder().UseGrpcEndpoint($"http://127.0.0.1:{Ports.Free()}").Build();
        var failure = await Assert.ThrowsAsync<DaprException>(() => client.GetStateAsync<int>("s", "k", cancellationToken: Cancellation));
        Assert.Equal(StatusCode.Unavailable, ((RpcException)failure.InnerException!).StatusCode);
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_Unavailable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var cutting = CutAsync(listener);
        using var client = new DaprClientBuilder().UseGrpcEndpoint($"http://{listener.LocalEndpoint}").Build();
        var failure = await Assert.ThrowsAsync<DaprException>(() => client.GetStateAsync<int>("s", "k", cancellationToken: Cancellation));
        Assert.Equal(StatusCode.Unavailable, ((RpcException)failure.InnerException!).StatusCode);
        await cutting;
    }

    [Fact]
    public async Task A_handshake_that_is_cut_is_Unavailable()
    {
        using var client = new Script(_ => throw new HttpRequestException("An HTTP/2 connection could not be established because the server did not complete the HTTP/2 handshake.")).Client();
        var failure = await Assert.ThrowsAsync<DaprException>(() => client.GetStateAsync<int>("s", "k", cancellationToken: Cancellation));
        Assert.Equal(StatusCode.Unavailable, ((RpcException)failure.InnerException!).StatusCode);
    }

    [Fact]
    public async Task Bulk_publishing_falls_back_to_the_methods_first_name()
    {
        var script = new Script(request => request.RequestUri!.AbsolutePath.EndsWith("Alpha1", StringComparison.Ordinal)
            ? Script.Reply(0, [new Protos.BulkPublishResponse { FailedEntries = { new Protos.BulkPublishResponseFailedEntry { EntryId = "1", Error = "no" } } }])
            : Script.Reply(12, []));
        using var client = script.Client();
        var answer = await client.BulkPublishEventAsync("p", "t", ["a", "b"], cancellationToken: Cancellation);
        var failed = Assert.Single(answer.FailedEntries);
        Assert.Equal(("no", "1", "b", "application/json"), (failed.ErrorMessage, failed.Entry.EntryId, failed.Entry.EventData, failed.Entry.ContentType));
        Assert.Empty(failed.Entry.Metadata!);
    }

    [Fact]
    public async Task A_sidecar_without_bulk_publishing_says_so()
    {
        using var client = new Script(_ => Script.Reply(12, [])).Client();
        var failure = await Assert.ThrowsAsync<DaprFeatureNotAvailableException>(() => client.BulkPublishEventAsync("p", "t", ["a"], cancellationToken: Cancellation));
        Assert.Equal(2, failure.CheckedVariants.Count);
        Assert.NotEqual("", failure.FeatureName);
    }

    [Fact]
    public async Task Changes_are_streamed_until_the_reader_leaves()
    {
        var changed = new Protos.SubscribeConfigurationResponse { Id = "7", Items = { ["colour"] = new Protos.ConfigurationItem { Value = "red", Version = "2", Metadata = { ["by"] = "me" } } } };
        var script = new Script(_ => Script.Reply(0, [new Protos.SubscribeConfigurationResponse { Id = "7" }, changed]));
        using var client = script.Client();
        var subscription = await client.SubscribeConfiguration("c", ["colour"], new Dictionary<string, string> { ["a"] = "b" }, Cancellation);
        var seen = new List<string>();
        await foreach (var items in subscription.Source.WithCancellation(Cancellation))
        {
            seen.Add(string.Join(',', items.Select(item => $"{item.Key}={item.Value.Value}@{item.Value.Version} by {item.Value.Metadata!["by"]}")));
        }

        Assert.Equal(["", "colour=red@2 by me"], seen);
        Assert.Equal("7", subscription.Id);
    }

    [Fact]
    public async Task A_stream_that_fails_tells_why()
    {
        using var client = new Script(_ => Script.Reply(14, [new Protos.SubscribeConfigurationResponse { Id = "7" }], ("grpc-message", "gone"))).Client();
        var subscription = await client.SubscribeConfiguration("c", ["colour"], cancellationToken: Cancellation);
        await using var changes = subscription.Source.GetAsyncEnumerator(Cancellation);
        Assert.True(await changes.MoveNextAsync());
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await changes.MoveNextAsync());
        Assert.Equal((StatusCode.Unavailable, "gone"), (failure.StatusCode, failure.Status.Detail));
    }

    [Fact]
    public async Task A_given_client_is_used_and_left_open_unless_told_otherwise()
    {
        using var http = new HttpClient(new Script(_ => Script.Reply(0, [new Empty()])));
        foreach (var isDisposed in new[] { false, true })
        {
            var client = new DaprClientBuilder().UseGrpcChannelOptions(new GrpcChannelOptions { HttpClient = http, DisposeHttpClient = isDisposed, HttpVersion = HttpVersion.Version11, HttpVersionPolicy = HttpVersionPolicy.RequestVersionOrHigher }).Build();
            await client.DeleteStateAsync("s", "k", cancellationToken: Cancellation);
            client.Dispose();
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => http.GetAsync(new Uri("http://sidecar"), Cancellation));
        using var script = new Script(Never);
        Assert.Throws<ArgumentException>(() => new DaprClientBuilder().UseGrpcChannelOptions(new GrpcChannelOptions { HttpClient = http, HttpHandler = script }).Build());
    }

    private static async Task CutAsync(TcpListener listener)
    {
        using var connection = await listener.AcceptSocketAsync(Cancellation);
        await connection.ReceiveAsync(new byte[1024], Cancellation);
    }
}
