using Dapr.Client;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Sdk.Tests.Ground;

namespace Sdk.Tests.Client;

/// <summary>Calls of an app that speaks gRPC.</summary>
public sealed class InvocationGrpcTests : IAsyncLifetime
{
    private GrpcEchoApp app = null!;
    private RunningSidecar sidecar = null!;
    private DaprClient client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var port = Ports.Free();
        app = await GrpcEchoApp.StartAsync(port);
        sidecar = await RunningSidecar.StartAsync("echo", port, appProtocol: "grpc");
        client = sidecar.Builder().Build();
        await RunningSidecar.WithAppAsync(client);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await sidecar.DisposeAsync();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Messages_go_there_and_back()
    {
        await client.InvokeMethodGrpcAsync("echo", "say", Cancellation);
        await client.InvokeMethodGrpcAsync("echo", "say", new StringValue { Value = "hello" }, Cancellation);
        Assert.Equal("hello", (await client.InvokeMethodGrpcAsync<StringValue, StringValue>("echo", "say", new StringValue { Value = "hello" }, Cancellation)).Value);
        Assert.Equal("", (await client.InvokeMethodGrpcAsync<StringValue>("echo", "say", Cancellation)).Value);
    }

    [Fact]
    public async Task A_failure_is_an_InvocationException()
    {
        var failure = await Assert.ThrowsAsync<InvocationException>(() => client.InvokeMethodGrpcAsync("nobody", "say", Cancellation));
        Assert.Equal(("nobody", "say"), (failure.AppId, failure.MethodName));
        Assert.IsType<RpcException>(failure.InnerException);
    }
}
