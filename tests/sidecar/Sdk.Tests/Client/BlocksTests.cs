using Dapr;
using Dapr.Client;
using Grpc.Core;
using Sdk.Tests.Ground;

namespace Sdk.Tests.Client;

/// <summary>The smaller building blocks. Of those that the sidecar lacks, its refusal.</summary>
public sealed class BlocksTests(Rig rig)
{
    private readonly DaprClient client = rig.Client;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secrets_are_read_one_and_all()
    {
        Assert.Equal("sesame", (await client.GetSecretAsync(Components.Secrets, "api-key", cancellationToken: Cancellation))["api-key"]);
        var all = await client.GetBulkSecretAsync(Components.Secrets, cancellationToken: Cancellation);
        Assert.Equal("open", all["database-password"]["database-password"]);
        await RefusedAsync(StatusCode.Internal, () => client.GetSecretAsync(Components.Secrets, "none", cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Metadata_names_the_components_and_takes_attributes()
    {
        await client.SetMetadataAsync("colour", "green", Cancellation);
        var metadata = await client.GetMetadataAsync(Cancellation);
        Assert.Equal(Rig.AppId, metadata.Id);
        Assert.Equal("green", metadata.Extended["colour"]);
        var store = Assert.Single(metadata.Components, component => component.Name == Components.Memory);
        Assert.Equal(("state.in-memory", "v1"), (store.Type, store.Version));
        Assert.Contains("ETAG", store.Capabilities);
        Assert.Empty(metadata.Actors);
    }

    [Fact]
    public async Task Health_is_known()
    {
        Assert.True(await client.CheckHealthAsync(Cancellation));
        Assert.True(await client.CheckOutboundHealthAsync(Cancellation));
        await client.WaitForSidecarAsync(Cancellation);
        using var alone = new DaprClientBuilder().UseHttpEndpoint($"http://127.0.0.1:{Ports.Free()}").Build();
        Assert.False(await alone.CheckHealthAsync(Cancellation));
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => alone.WaitForSidecarAsync(limit.Token));
    }

    [Fact]
    public async Task A_sidecar_can_be_shut_down()
    {
        await using var other = await RunningSidecar.StartAsync("short-lived");
        using var own = other.Builder().Build();
        await own.ShutdownSidecarAsync(Cancellation);
        await other.ShutdownRequested.WaitAsync(Rig.Patience, Cancellation);
    }

    [Fact]
    public async Task Bindings_that_are_not_there_are_refused()
    {
        await RefusedAsync(StatusCode.Internal, () => client.InvokeBindingAsync("none", "create", new Order(1), cancellationToken: Cancellation));
        await RefusedAsync(StatusCode.Internal, () => client.InvokeBindingAsync<Order, Order>("none", "create", new Order(1), cancellationToken: Cancellation));
        await RefusedAsync(StatusCode.Internal, () => client.InvokeBindingAsync(new BindingRequest("none", "create") { Data = "1"u8.ToArray(), Metadata = { ["a"] = "b" } }, Cancellation));
    }

    [Fact]
    public async Task Configuration_that_is_not_there_is_refused()
    {
        await RefusedAsync(null, () => client.GetConfiguration("none", ["a"], cancellationToken: Cancellation));
        var subscription = await client.SubscribeConfiguration("none", ["a"], cancellationToken: Cancellation);
        Assert.Equal("", subscription.Id);
        await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var items in subscription.Source.WithCancellation(Cancellation))
            {
                Assert.Empty(items);
            }
        });
        var answer = await client.UnsubscribeConfiguration("none", "id", Cancellation);
        Assert.False(answer.Ok);
        Assert.NotEqual("", answer.Message);
    }

    [Fact]
    public async Task Locks_that_are_not_there_are_refused()
    {
        await RefusedAsync(null, () => client.Lock("none", "book", "me", 10, Cancellation));
        await RefusedAsync(null, () => client.Unlock("none", "book", "me", Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => client.Lock("none", "book", "me", 0, Cancellation));
    }

    [Fact]
    public async Task Queries_that_a_store_cannot_do_are_refused() =>
        await RefusedAsync(null, () => client.QueryStateAsync<Order>(Components.Memory, "{}", cancellationToken: Cancellation));

    private static async Task RefusedAsync(StatusCode? code, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<DaprException>(call);
        var cause = Assert.IsType<RpcException>(failure.InnerException);
        Assert.Equal(code ?? cause.StatusCode, cause.StatusCode);
        Assert.NotEqual("", cause.Status.Detail);
    }
}
