extern alias daemon;
using Dapr;
using Dapr.Common.Exceptions;
using Dapr.Wire;
using daemon::Sidecar.Protos;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;

namespace Sdk.Tests.Wire;

/// <summary>Where the transport goes beyond upstream's, or is stricter (see RATIONALE.md of the SDK).</summary>
public sealed class OwnRulesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, StatusCode, byte[]> Broken => new()
    {
        { "a length beyond the limit", StatusCode.ResourceExhausted, [0, 255, 255, 255, 255] },
        { "no protobuf", StatusCode.Internal, Script.Frame([255, 255, 255]) },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_answer_is_a_failure(string what, StatusCode code, byte[] body)
    {
        var failure = await FailureAsync(new Script(_ => Script.Raw(body, ("grpc-status", "0"))));
        Assert.True(code == failure.StatusCode, $"{what}: {failure.Status}");
    }

    [Fact]
    public async Task A_small_message_that_expands_beyond_the_limit_is_refused()
    {
        var large = new GetStateResponse { Data = ByteString.CopyFrom(new byte[5 * 1024 * 1024]) };
        var failure = await FailureAsync(new Script(_ => Script.Packed("gzip", large.ToByteArray())));
        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
    }

    [Fact]
    public async Task A_call_ends_when_its_time_is_over_and_tells_the_server()
    {
        using var script = new Script(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new InvalidOperationException("nobody waits for ever");
        });
        using var channel = new WireChannel(new Uri("http://sidecar:5"), new GrpcChannelOptions { HttpHandler = script });
        var method = new WireMethod<Empty>("/a.B/C", Empty.Parser);
        var failure = await Assert.ThrowsAsync<RpcException>(() => channel.AskAsync(method, new Empty(), WireFields.None, Cancellation, TimeSpan.FromMilliseconds(30)).AsTask());
        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        Assert.Equal("30m", Assert.Single(script.Requests).Headers["grpc-timeout"]);
    }

    [Fact]
    public void Details_that_cannot_be_read_count_as_none()
    {
        var trailers = new Metadata { { "grpc-status-details-bin", new byte[] { 255, 255 } } };
        Assert.False(new DaprException("m", new RpcException(new Grpc.Core.Status(StatusCode.Internal, ""), trailers)).TryGetExtendedErrorInfo(out _));
    }

    [Fact]
    public void A_key_must_have_letters() => Assert.Throws<ArgumentException>(() => new Metadata.Entry("", "value"));

    private static async Task<RpcException> FailureAsync(Script script)
    {
        using var client = script.Client();
        var failure = await Assert.ThrowsAsync<DaprException>(() => client.GetStateAsync<string>("s", "k", cancellationToken: Cancellation));
        return Assert.IsType<RpcException>(failure.InnerException);
    }
}
