using Google.Protobuf;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos;

namespace Sidecar.Tests.Grpc;

/// <summary>Our client and our server, held together.</summary>
public sealed class GrpcChannelTests
{
    private const string Get = "/dapr.proto.runtime.v1.Dapr/GetState";
    private const string Chat = "/test.Chat/Talk";
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_goes_there_and_back()
    {
        await using var host = await GrpcHost.StartAsync(methods => Echo(methods));

        var reply = await Ask(host, new GetStateRequest { StoreName = "s", Key = "ключ €" });

        Assert.Equal("s/ключ €", reply.Message.Data.ToStringUtf8());
        Assert.Equal("0", Assert.Single(reply.Trailers.GetValues("grpc-status")));
        Assert.Equal("", Assert.Single(reply.Trailers.NonValidated["grpc-message"]));
    }

    [Fact]
    public async Task A_message_of_three_megabytes_arrives_whole_both_ways()
    {
        await using var host = await GrpcHost.StartAsync(methods => methods.Unary(
            Get, GetStateRequest.Parser, (request, _) => ValueTask.FromResult(new GetStateResponse { Etag = request.Key })));
        var key = new string('k', 3 * 1024 * 1024);

        var reply = await Ask(host, new GetStateRequest { Key = key });

        Assert.Equal(key, reply.Message.Etag);
    }

    [Fact]
    public async Task Metadata_goes_there_as_headers_and_back_as_headers_and_trailers()
    {
        await using var host = await GrpcHost.StartAsync(methods => methods.Unary(Get, GetStateRequest.Parser, (_, call) =>
        {
            call.ResponseHeaders["x-header"] = call.RequestHeaders["x-asked"];
            call.Trailers["x-trailer"] = "t";
            return ValueTask.FromResult(new GetStateResponse());
        }));

        var reply = await Ask(host, new GetStateRequest(), new GrpcCallOptions { Metadata = [new("x-asked", "a")] });

        Assert.Equal("a", Assert.Single(reply.Headers.GetValues("x-header")));
        Assert.Equal("t", Assert.Single(reply.Trailers.GetValues("x-trailer")));
    }

    [Fact]
    public async Task An_error_carries_its_code_sentence_and_details()
    {
        var error = new ApiException(
            400,
            GrpcCode.InvalidArgument,
            "ERR",
            "100 % falsch: ключ\n",
            new ErrorInfo("REASON", new Dictionary<string, string> { ["appID"] = "a" }),
            new ResourceInfo("state", "s", "o", "d"),
            new FieldViolation("f", "v"),
            new HelpLink("u", "d"));
        await using var host = await GrpcHost.StartAsync(methods => methods.Unary<GetStateRequest, GetStateResponse>(Get, GetStateRequest.Parser, (_, _) => throw error));

        var thrown = await Assert.ThrowsAsync<GrpcException>(async () => await Ask(host, new GetStateRequest()));

        Assert.Equal(GrpcCode.InvalidArgument, thrown.Code);
        Assert.Equal("100 % falsch: ключ\n", thrown.Message);
        Assert.Equal(3, thrown.Details!.Code);
        Assert.Equal(
            ["type.googleapis.com/google.rpc.ErrorInfo", "type.googleapis.com/google.rpc.ResourceInfo", "type.googleapis.com/google.rpc.BadRequest", "type.googleapis.com/google.rpc.Help"],
            thrown.Details.Details.Select(detail => detail.TypeUrl));
        var info = thrown.Details.Details[0].Unpack<Protos.Rpc.ErrorInfo>();
        Assert.Equal(("REASON", "dapr.io", "a"), (info.Reason, info.Domain, info.Metadata["appID"]));
    }

    [Fact]
    public async Task Headers_set_before_an_error_stay_headers()
    {
        await using var host = await GrpcHost.StartAsync(methods => methods.Unary<GetStateRequest, GetStateResponse>(Get, GetStateRequest.Parser, (_, call) =>
        {
            call.ResponseHeaders["dapr-http-status"] = "503";
            throw GrpcErrors.OfHttp(503, "busy");
        }));

        var thrown = await Assert.ThrowsAsync<GrpcException>(async () => await Ask(host, new GetStateRequest()));

        Assert.Equal(("Service Unavailable", GrpcCode.Unavailable), (thrown.Message, thrown.Code));
        Assert.Equal("503", Assert.Single(thrown.Headers!.GetValues("dapr-http-status")));
        Assert.False(thrown.Trailers!.Contains("dapr-http-status"));
    }

    [Fact]
    public async Task An_exception_that_nobody_foresaw_is_unknown_and_the_next_call_works()
    {
        await using var host = await GrpcHost.StartAsync(methods => methods.Unary(Get, GetStateRequest.Parser, (request, _) =>
            request.Key == "bad" ? throw new InvalidOperationException("boom") : ValueTask.FromResult(new GetStateResponse())));

        var thrown = await Assert.ThrowsAsync<GrpcException>(async () => await Ask(host, new GetStateRequest { Key = "bad" }));

        Assert.Equal((GrpcCode.Unknown, "boom"), (thrown.Code, thrown.Message));
        await Ask(host, new GetStateRequest());
    }

    [Fact]
    public async Task A_deadline_ends_the_handler_and_the_call()
    {
        var ended = new TaskCompletionSource();
        await using var host = await GrpcHost.StartAsync(methods => methods.Unary<GetStateRequest, GetStateResponse>(Get, GetStateRequest.Parser, async (_, call) =>
        {
            call.Cancellation.Register(() => ended.TrySetResult());
            await Task.Delay(Timeout.Infinite, call.Cancellation);
            return new GetStateResponse();
        }));

        var thrown = await Assert.ThrowsAsync<GrpcException>(
            async () => await Ask(host, new GetStateRequest(), new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(1) }));

        Assert.Equal((GrpcCode.DeadlineExceeded, "context deadline exceeded"), (thrown.Code, thrown.Message));
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
    }

    [Fact]
    public async Task A_caller_that_gives_up_ends_the_handler()
    {
        var entered = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        await using var host = await GrpcHost.StartAsync(methods => methods.Unary<GetStateRequest, GetStateResponse>(Get, GetStateRequest.Parser, async (_, call) =>
        {
            call.Cancellation.Register(() => ended.TrySetResult());
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, call.Cancellation);
            return new GetStateResponse();
        }));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var call = host.Channel.UnaryAsync(Get, new GetStateRequest(), GetStateResponse.Parser, default, patience.Token);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
    }

    [Fact]
    public async Task Messages_flow_both_ways_in_turn_and_the_end_of_one_side_ends_the_other()
    {
        await using var host = await GrpcHost.StartAsync(methods => methods.Streaming(Chat, async call =>
        {
            while (await call.ReadAsync(GetStateRequest.Parser) is { } request)
            {
                await call.WriteAsync(new GetStateResponse { Etag = request.Key });
            }

            call.Trailers["x-last"] = "bye";
        }));

        await using var chat = host.Channel.Open(Chat, default, Cancellation);
        for (var turn = 0; turn < 3; turn++)
        {
            await chat.WriteAsync(new GetStateRequest { Key = $"{turn}" });
            Assert.Equal($"{turn}", (await chat.ReadAsync(GetStateResponse.Parser))!.Etag);
        }

        chat.Complete();
        Assert.Null(await chat.ReadAsync(GetStateResponse.Parser));
        Assert.Equal("bye", Assert.Single(chat.Trailers!.GetValues("x-last")));
    }

    [Fact]
    public async Task A_stream_that_fails_in_the_middle_gives_its_messages_and_then_its_error()
    {
        await using var host = await GrpcHost.StartAsync(methods => methods.Streaming(Chat, async call =>
        {
            await call.WriteAsync(new GetStateResponse { Etag = "first" });
            throw new ApiException(500, GrpcCode.DataLoss, "ERR", "lost", new ErrorInfo("R"));
        }));

        await using var chat = host.Channel.Open(Chat, default, Cancellation);

        Assert.Equal("first", (await chat.ReadAsync(GetStateResponse.Parser))!.Etag);
        var thrown = await Assert.ThrowsAsync<GrpcException>(async () => await chat.ReadAsync(GetStateResponse.Parser));
        Assert.Equal((GrpcCode.DataLoss, "lost", 1), (thrown.Code, thrown.Message, thrown.Details!.Details.Count));
    }

    [Fact]
    public async Task Raw_messages_pass_through_unread()
    {
        await using var host = await GrpcHost.StartAsync(methods => methods.Streaming(Chat, async call =>
        {
            while (await call.ReadBytesAsync() is { } bytes)
            {
                await call.WriteBytesAsync(bytes);
            }
        }));

        await using var chat = host.Channel.Open(Chat, default, Cancellation);
        byte[] nonsense = [0xff, 0xfe, 0x00];
        await chat.WriteBytesAsync(nonsense);

        Assert.Equal(nonsense, await chat.ReadBytesAsync());
    }

    [Fact]
    public async Task Disposing_a_stream_ends_it_at_the_other_side()
    {
        var ended = new TaskCompletionSource();
        await using var host = await GrpcHost.StartAsync(methods => methods.Streaming(Chat, async call =>
        {
            call.Context.RequestAborted.Register(() => ended.TrySetResult());
            await call.SendHeadersAsync();
            await Task.Delay(Timeout.Infinite, call.Cancellation);
        }));

        var chat = host.Channel.Open(Chat, default, Cancellation);
        await chat.HeadersAsync();
        await chat.DisposeAsync();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
    }

    [Fact]
    public async Task A_peer_that_is_away_is_unavailable_and_found_again_when_it_is_back()
    {
        var host = await GrpcHost.StartAsync(methods => Echo(methods));
        using var channel = new GrpcChannel(host.Address, GrpcHost.Limit, TimeProvider.System);
        await channel.UnaryAsync(Get, new GetStateRequest(), GetStateResponse.Parser, default, Cancellation);
        await host.DisposeAsync();

        var thrown = await Assert.ThrowsAsync<GrpcException>(
            async () => await channel.UnaryAsync(Get, new GetStateRequest(), GetStateResponse.Parser, default, Cancellation));
        Assert.Equal(GrpcCode.Unavailable, thrown.Code);

        await using var again = await GrpcHost.StartAsync(methods => Echo(methods), port: host.Port);
        await channel.UnaryAsync(Get, new GetStateRequest(), GetStateResponse.Parser, default, Cancellation);
    }

    [Fact]
    public async Task A_message_over_the_limit_is_refused_by_whoever_meets_it_first()
    {
        await using var host = await GrpcHost.StartAsync(methods => Echo(methods), options => options with { MaxBodySize = 1000 });
        var big = new GetStateRequest { Key = new string('k', 2000) };

        var thrown = await Assert.ThrowsAsync<GrpcException>(async () => await Ask(host, big));
        Assert.Equal((GrpcCode.ResourceExhausted, "grpc: received message larger than max (2003 vs. 1000)"), (thrown.Code, thrown.Message));

        using var wide = new GrpcChannel(host.Address, 64 * 1024 * 1024, TimeProvider.System);
        var early = await Assert.ThrowsAsync<GrpcException>(
            async () => await wide.UnaryAsync(Get, new GetStateRequest { Key = new string('k', 20 * 1024 * 1024) }, GetStateResponse.Parser, default, Cancellation));
        Assert.Equal(GrpcCode.ResourceExhausted, early.Code);

        using var narrow = new GrpcChannel(host.Address, 1000, TimeProvider.System);
        var own = await Assert.ThrowsAsync<GrpcException>(async () => await narrow.UnaryAsync(Get, big, GetStateResponse.Parser, default, Cancellation));
        Assert.Equal("grpc: trying to send message larger than max (2003 vs. 1000)", own.Message);
    }

    [Fact]
    public async Task A_method_that_nobody_has_goes_to_whoever_takes_the_rest_and_half_a_name_to_nobody()
    {
        await using var host = await GrpcHost.StartAsync(methods => Echo(methods));

        var other = await Assert.ThrowsAsync<GrpcException>(
            async () => await host.Channel.UnaryAsync("/some.Service/Method", new GetStateRequest(), GetStateResponse.Parser, default, Cancellation));
        var half = await Assert.ThrowsAsync<GrpcException>(
            async () => await host.Channel.UnaryAsync("/half", new GetStateRequest(), GetStateResponse.Parser, default, Cancellation));

        Assert.Equal("nobody has /some.Service/Method", other.Message);
        Assert.Equal((GrpcCode.Unimplemented, "malformed method name: \"/half\""), (half.Code, half.Message));
    }

    [Theory]
    [InlineData(null, "missing api token in request metadata")]
    [InlineData("wrong", "authentication error: api token mismatch")]
    public async Task Without_the_token_nobody_gets_in(string? shown, string sentence)
    {
        await using var host = await GrpcHost.StartAsync(methods => Echo(methods), options => options with { ApiToken = "right" });
        GrpcCallOptions With(string? token) => token is null ? default : new GrpcCallOptions { Metadata = [new("dapr-api-token", token)] };

        var thrown = await Assert.ThrowsAsync<GrpcException>(async () => await Ask(host, new GetStateRequest(), With(shown)));

        Assert.Equal((GrpcCode.Unauthenticated, "Unauthorized"), (thrown.Code, thrown.Message));
        var info = thrown.Details!.Details[0].Unpack<Protos.Rpc.ErrorInfo>();
        Assert.Equal(("Unauthorized", "401", sentence), (info.Reason, info.Metadata["http.code"], info.Metadata["http.error_message"]));
        await Ask(host, new GetStateRequest(), With("right"));
    }

    [Fact]
    public async Task A_method_that_is_taken_away_is_not_available()
    {
        await using var host = await GrpcHost.StartAsync(methods =>
        {
            Echo(methods);
            methods.Restrict(path => path != Get);
        });

        var thrown = await Assert.ThrowsAsync<GrpcException>(async () => await Ask(host, new GetStateRequest()));

        Assert.Equal((GrpcCode.Unimplemented, "Not Implemented"), (thrown.Code, thrown.Message));
        Assert.Equal("requested endpoint is not available", thrown.Details!.Details[0].Unpack<Protos.Rpc.ErrorInfo>().Metadata["http.error_message"]);
    }

    private static void Echo(GrpcMethods methods) => methods.Unary(
        Get,
        GetStateRequest.Parser,
        (request, _) => ValueTask.FromResult(new GetStateResponse { Data = ByteString.CopyFromUtf8($"{request.StoreName}/{request.Key}") }));

    private static ValueTask<GrpcReply<GetStateResponse>> Ask(GrpcHost host, GetStateRequest request, GrpcCallOptions options = default) =>
        host.Channel.UnaryAsync(Get, request, GetStateResponse.Parser, options, Cancellation);
}
