using System.Text;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Hosting;

namespace Sidecar.Tests.Invocation;

public sealed class GrpcProxyTests : IAsyncDisposable
{
    private readonly Neighbourhood neighbourhood = new();

    public static TheoryData<Callee> Everywhere => new(Enum.GetValues<Callee>());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => neighbourhood.DisposeAsync();

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Messages_flow_both_ways_as_they_come(Callee callee)
    {
        await using var app = await GrpcTestApp.StartAsync();
        var caller = await CallerAsync(callee, app);
        await using var call = caller.Grpc.Open("/test.Service/Echo", To(callee, ("x-custom", "c"), ("data-bin", "AAEC")), Cancellation);
        for (var i = 0; i < 3; i++)
        {
            await call.WriteBytesAsync(Encoding.UTF8.GetBytes($"message {i}"));
            Assert.Equal($"message {i}", Encoding.UTF8.GetString((await call.ReadBytesAsync())!));
        }

        call.Complete();
        Assert.Null(await call.ReadBytesAsync());
        var headers = await call.HeadersAsync();
        Assert.Equal("h", headers.GetValues("x-header").Single());
        Assert.Equal("c", headers.GetValues("seen-x-custom").Single());
        Assert.Equal("AAEC", headers.GetValues("seen-data-bin").Single());
        Assert.Equal("t", call.Trailers!.GetValues("x-trailer").Single());
    }

    [Theory]
    [InlineData(Callee.SameProcess)]
    [InlineData(Callee.OtherProcess)]
    public async Task The_app_learns_who_calls_whom_and_gets_its_own_token(Callee callee)
    {
        await using var app = await GrpcTestApp.StartAsync();
        var caller = await CallerAsync(callee, app, options => options with { AppToken = "secret" });
        await using var call = caller.Grpc.Open("/test.Service/Echo", To(callee, ("dapr-caller-app-id", "forged")), Cancellation);
        call.Complete();
        Assert.Null(await call.ReadBytesAsync());
        var headers = await call.HeadersAsync();
        Assert.Equal("caller", headers.GetValues("seen-dapr-caller-app-id").Single());
        Assert.Equal("callee", headers.GetValues("seen-dapr-callee-app-id").Single());
        Assert.Equal("secret", headers.GetValues("seen-dapr-api-token").Single());
        Assert.False(headers.TryGetValues("seen-dapr-app-id", out var id) && id.Any(value => value.Length > 0));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_refusal_comes_back_as_it_is(Callee callee)
    {
        await using var app = await GrpcTestApp.StartAsync();
        var caller = await CallerAsync(callee, app);
        await using var call = caller.Grpc.Open("/test.Service/Refuse", To(callee), Cancellation);
        call.Complete();
        var refusal = await Assert.ThrowsAsync<GrpcException>(() => call.ReadBytesAsync().AsTask());
        Assert.Equal((GrpcCode.FailedPrecondition, "no, thanks"), (refusal.Code, refusal.Message));
    }

    [Fact]
    public async Task A_call_of_an_unknown_service_must_name_an_app()
    {
        var caller = await neighbourhood.SidecarAsync("caller");
        await AssertRefusedAsync(caller, default, GrpcCode.Unknown, "cannot proxy request: missing dapr-callee-app-id or dapr-app-id metadata");
        await AssertRefusedAsync(caller, new GrpcCallOptions { Metadata = [new("dapr-app-id", "nobody")] }, GrpcCode.Unknown, "couldn't find service: nobody");
    }

    private static async Task AssertRefusedAsync(TestSidecar caller, GrpcCallOptions options, GrpcCode code, string message)
    {
        await using var call = caller.Grpc.Open("/test.Service/Echo", options, Cancellation);
        call.Complete();
        var refusal = await Assert.ThrowsAsync<GrpcException>(() => call.ReadBytesAsync().AsTask());
        Assert.Equal((code, message), (refusal.Code, refusal.Message));
    }

    private async Task<TestSidecar> CallerAsync(Callee callee, GrpcTestApp app, Func<SidecarOptions, SidecarOptions>? configure = null)
    {
        SidecarOptions Speaks(SidecarOptions options) => (configure?.Invoke(options) ?? options) with { AppProtocol = "grpc" };
        if (callee == Callee.Self)
        {
            return await neighbourhood.SidecarAsync("callee", app.Port, configure: Speaks);
        }

        await neighbourhood.SidecarAsync("callee", app.Port, callee == Callee.SameProcess ? "first" : "second", configure: Speaks);
        return await neighbourhood.SidecarAsync("caller");
    }

    private static GrpcCallOptions To(Callee callee, params (string Name, string Value)[] metadata)
    {
        _ = callee;
        return new GrpcCallOptions { Metadata = metadata.Append(("dapr-app-id", "callee")).Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2)) };
    }
}
