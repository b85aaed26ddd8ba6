extern alias daemon;
using System.Net;
using Dapr;
using daemon::Sidecar.Protos;
using Google.Protobuf;
using Grpc.Core;

namespace Sdk.Tests.Wire;

/// <summary>What becomes of everything that a server may answer.</summary>
public sealed class WireAnswerTests
{
    private static readonly GetStateResponse Held = new() { Data = ByteString.CopyFromUtf8("\"held\""), Etag = "1" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_and_status_0_are_the_answer()
    {
        using var client = new Script(_ => Script.Reply(0, [Held])).Client();
        Assert.Equal("held", await client.GetStateAsync<string>("s", "k", cancellationToken: Cancellation));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_compressed_message_is_expanded(string encoding)
    {
        using var client = new Script(_ => Script.Packed(encoding, Held.ToByteArray())).Client();
        Assert.Equal("held", await client.GetStateAsync<string>("s", "k", cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Four_MiB_are_accepted_and_more_only_when_told()
    {
        var large = new GetStateResponse { Data = ByteString.CopyFrom(new byte[4 * 1024 * 1024]) };
        var script = new Script(_ => Script.Reply(0, [large]));
        var failure = await FailureAsync(script);
        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
        using var client = script.Client(options => options.MaxReceiveMessageSize = null);
        Assert.Equal(large.Data.Length, (await client.GetByteStateAsync("s", "k", cancellationToken: Cancellation)).Length);
        Assert.Equal(4 * 1024 * 1024, new Grpc.Net.Client.GrpcChannelOptions().MaxReceiveMessageSize);
    }

    [Fact]
    public async Task A_request_beyond_the_limit_is_not_sent()
    {
        var script = new Script(_ => Script.Reply(0, [new Google.Protobuf.WellKnownTypes.Empty()]));
        using var client = script.Client(options => options.MaxSendMessageSize = 100);
        Assert.Equal(100, new Grpc.Net.Client.GrpcChannelOptions { MaxSendMessageSize = 100 }.MaxSendMessageSize);
        var failure = await Assert.ThrowsAsync<DaprException>(() => client.SaveByteStateAsync("s", "k", new byte[101], cancellationToken: Cancellation));
        Assert.Equal(StatusCode.ResourceExhausted, ((RpcException)failure.InnerException!).StatusCode);
        Assert.Empty(script.Requests);
    }

    [Fact]
    public async Task A_status_is_told_with_its_message_and_trailers()
    {
        var failure = await FailureAsync(new Script(_ => Script.Reply(5, [], ("grpc-message", "no%20such%20b%C3%BCcher"), ("reason", "gone"), ("odd-bin", "AQI"))));
        Assert.Equal((StatusCode.NotFound, "no such bücher"), (failure.StatusCode, failure.Status.Detail));
        Assert.Equal("""Status(StatusCode="NotFound", Detail="no such bücher")""", failure.Message);
        Assert.Equal("gone", failure.Trailers.GetValue("reason"));
        Assert.Equal([1, 2], failure.Trailers.GetValueBytes("odd-bin")!);
    }

    [Fact]
    public async Task A_status_in_the_header_alone_is_enough()
    {
        var failure = await FailureAsync(new Script(_ =>
        {
            var response = Script.Raw([]);
            response.Headers.TryAddWithoutValidation("grpc-status", "12");
            return response;
        }));
        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    public static TheoryData<string, StatusCode, byte[], string?> Broken => new()
    {
        { "no status", StatusCode.Cancelled, Script.Frame(Held.ToByteArray()), null },
        { "a status that is no number", StatusCode.Cancelled, Script.Frame(Held.ToByteArray()), "good" },
        { "no message", StatusCode.Internal, [], "0" },
        { "two messages", StatusCode.Internal, [.. Script.Frame(Held.ToByteArray()), .. Script.Frame(Held.ToByteArray())], "0" },
        { "half a header", StatusCode.Internal, [0, 0, 0], "0" },
        { "half a message", StatusCode.Internal, Script.Frame(Held.ToByteArray())[..^1], "0" },
        { "an unknown flag", StatusCode.Internal, Script.Frame(Held.ToByteArray(), 7), "0" },
        { "compressed without saying how", StatusCode.Internal, Script.Frame(Held.ToByteArray(), 1), "0" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_answer_is_a_failure(string what, StatusCode code, byte[] body, string? status)
    {
        var failure = await FailureAsync(new Script(_ => status is null ? Script.Raw(body) : Script.Raw(body, ("grpc-status", status))));
        Assert.True(code == failure.StatusCode, $"{what}: {failure.Status}");
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, StatusCode.Unauthenticated)]
    [InlineData(HttpStatusCode.Forbidden, StatusCode.PermissionDenied)]
    [InlineData(HttpStatusCode.NotFound, StatusCode.Unimplemented)]
    [InlineData(HttpStatusCode.BadGateway, StatusCode.Unavailable)]
    [InlineData(HttpStatusCode.BadRequest, StatusCode.Internal)]
    [InlineData(HttpStatusCode.Conflict, StatusCode.Unknown)]
    public async Task An_answer_of_HTTP_has_a_code_too(HttpStatusCode status, StatusCode code) =>
        Assert.Equal(code, (await FailureAsync(new Script(_ => new HttpResponseMessage(status) { Version = HttpVersion.Version20 }))).StatusCode);

    [Fact]
    public async Task A_web_page_is_no_answer()
    {
        var failure = await FailureAsync(new Script(_ => new HttpResponseMessage(HttpStatusCode.OK) { Version = HttpVersion.Version20, Content = new StringContent("welcome") }));
        Assert.Contains("text/plain", failure.Status.Detail, StringComparison.Ordinal);
    }

    private static async Task<RpcException> FailureAsync(Script script)
    {
        using var client = script.Client();
        var failure = await Assert.ThrowsAsync<DaprException>(() => client.GetStateAsync<string>("s", "k", cancellationToken: Cancellation));
        return Assert.IsType<RpcException>(failure.InnerException);
    }
}
