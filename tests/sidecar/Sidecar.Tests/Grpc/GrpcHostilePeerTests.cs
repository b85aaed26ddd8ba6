using System.Text;
using Sidecar.Grpc;
using Sidecar.Protos;
using static Sidecar.Tests.Grpc.RawHttp2;

namespace Sidecar.Tests.Grpc;

/// <summary>One connection misbehaves; the others must not notice, and nothing may stay behind.</summary>
public sealed class GrpcHostilePeerTests : IAsyncLifetime
{
    private const string Get = "/dapr.proto.runtime.v1.Dapr/GetState";
    private const string Wait = "/test.Chat/Wait";
    private static readonly byte[] EmptyMessage = [0, 0, 0, 0, 0];
    private readonly CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly SemaphoreSlim leaving = new(0);
    private GrpcHost host = null!;
    private int entered;
    private int left;

    private CancellationToken Cancellation => patience.Token;

    public async ValueTask InitializeAsync()
    {
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        host = await GrpcHost.StartAsync(methods =>
        {
            methods.Unary(Get, GetStateRequest.Parser, (request, _) => ValueTask.FromResult(new GetStateResponse { Etag = request.Key }));
            methods.Streaming(Wait, async call =>
            {
                Interlocked.Increment(ref entered);
                try
                {
                    await call.ReadBytesAsync();
                }
                finally
                {
                    Interlocked.Increment(ref left);
                    leaving.Release();
                }
            });
        });
        await AskAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await AskAsync();
        await host.DisposeAsync();
        leaving.Dispose();
        patience.Dispose();
    }

    public static TheoryData<string, byte[]> Garbage => new()
    {
        { "an HTTP/1 request", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray() },
        { "noise", [.. Enumerable.Range(0, 4096).Select(i => (byte)((i * 31) ^ (i >> 3)))] },
        { "half a preface and noise", [.. "PRI * HTTP/2.0\r\n\r\nXX"u8, .. new byte[64]] },
        { "TLS", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, .. new byte[512]] },
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Something_that_is_not_HTTP2_is_shown_the_door(string what, byte[] bytes)
    {
        using var peer = await ConnectAsync(host.Port, Cancellation);

        Assert.NotEmpty(what);
        await peer.SendAsync(bytes, Cancellation);

        await peer.DrainAsync(Cancellation);
    }

    public static TheoryData<string, byte[]> BadFrames => new()
    {
        { "a frame over the agreed size", Frame(Data, 0, 1, [], length: 0xffffff) },
        { "data on a stream that was never opened", Frame(Data, 0, 1, EmptyMessage) },
        { "headers on stream zero", Frame(Headers, EndHeaders, 0, Call(Get)) },
        { "headers on an even stream", Frame(Headers, EndHeaders, 2, Call(Get)) },
        { "a continuation of nothing", Frame(Continuation, EndHeaders, 1, []) },
        { "settings of a wrong size", Frame(Settings, 0, 0, [1, 2, 3]) },
        { "a ping of a wrong size", Frame(Ping, 0, 0, [1]) },
        { "a window that overflows", [.. Frame(WindowUpdate, 0, 0, [0x7f, 0xff, 0xff, 0xff]), .. Frame(WindowUpdate, 0, 0, [0x7f, 0xff, 0xff, 0xff])] },
        { "a window that grows by nothing", Frame(WindowUpdate, 0, 0, [0, 0, 0, 0]) },
        { "compressed headers that make no sense", Frame(Headers, EndHeaders | EndStream, 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]) },
        { "half a header block and then data", [.. Frame(Headers, 0, 1, Call(Get)), .. Frame(Data, 0, 1, EmptyMessage)] },
    };

    [Theory]
    [MemberData(nameof(BadFrames))]
    public async Task A_frame_against_the_rules_ends_its_connection(string what, byte[] frames)
    {
        using var peer = await OpenAsync(host.Port, Cancellation);

        await peer.SendAsync(frames, Cancellation);

        Assert.True(await peer.SeesAsync(GoAway, Cancellation), what);
        await peer.DrainAsync(Cancellation);
    }

    [Fact]
    public async Task Headers_without_end_end_their_connection()
    {
        using var peer = await OpenAsync(host.Port, Cancellation);
        await peer.SendAsync(Frame(Headers, 0, 1, Call(Get)), Cancellation);
        var more = Frame(Continuation, 0, 1, Call("/x", ("x-more", new string('m', 8000))));

        var sent = 0;
        while (sent < 10_000 && await peer.SendAsync(more, Cancellation))
        {
            sent++;
        }

        Assert.True(sent < 10_000);
    }

    [Fact]
    public async Task Headers_over_the_limit_are_refused_and_the_connection_goes_on()
    {
        using var peer = await OpenAsync(host.Port, Cancellation);
        var block = Call(Get, [.. Enumerable.Range(0, 5).Select(i => ($"x-{i}", new string('h', 10_000)))]);
        await peer.SendAsync(Frame(Headers, EndStream, 1, block[..16_000]), Cancellation);
        foreach (var part in block[16_000..].Chunk(16_000).SkipLast(1))
        {
            await peer.SendAsync(Frame(Continuation, 0, 1, part), Cancellation);
        }

        await peer.SendAsync(Frame(Continuation, EndHeaders, 1, block[16_000..].Chunk(16_000).Last()), Cancellation);

        // A refusal of the stream or of the connection: both keep the limit.
        while (await peer.ReceiveAsync(Cancellation) is { } frame)
        {
            if (frame.Type is GoAway or RstStream || (frame.Type == Headers && frame.Stream == 1))
            {
                return;
            }
        }
    }

    [Fact]
    public async Task A_flood_of_streams_opened_and_reset_leaves_nothing_behind()
    {
        using var peer = await OpenAsync(host.Port, Cancellation);
        var stream = 1;
        for (; stream < 20_000; stream += 2)
        {
            byte[] pair = [.. Frame(Headers, EndHeaders, stream, Call(Wait)), .. Frame(RstStream, 0, stream, [0, 0, 0, 8])];
            if (!await peer.SendAsync(pair, Cancellation))
            {
                break;
            }
        }

        peer.Dispose();
        await UntilAllLeftAsync();
    }

    [Fact]
    public async Task Streams_left_half_open_end_with_their_connection()
    {
        for (var i = 0; i < 50; i++)
        {
            using var peer = await OpenAsync(host.Port, Cancellation);
            for (var stream = 1; stream < 21; stream += 2)
            {
                await peer.SendAsync(Frame(Headers, EndHeaders, stream, Call(Wait)), Cancellation);
                await peer.SendAsync(Frame(Data, 0, stream, [0, 0, 0, 1, 0, 1, 2, 3]), Cancellation);
            }
        }

        await UntilAllLeftAsync();
    }

    [Fact]
    public async Task A_peer_that_sends_half_a_message_is_answered_at_its_deadline()
    {
        using var peer = await OpenAsync(host.Port, Cancellation);
        await peer.SendAsync(Frame(Headers, EndHeaders, 1, Call(Get, ("grpc-timeout", "200m"))), Cancellation);
        await peer.SendAsync(Frame(Data, 0, 1, [0, 0, 0]), Cancellation);

        while (await peer.ReceiveAsync(Cancellation) is { } frame)
        {
            if (frame.Type == Headers)
            {
                Assert.Contains("deadline exceeded", Encoding.Latin1.GetString(frame.Payload), StringComparison.Ordinal);
                return;
            }
        }

        Assert.Fail("no answer came");
    }

    [Fact]
    public async Task A_peer_that_never_reads_is_written_no_more_than_its_window()
    {
        using var peer = await OpenAsync(host.Port, Cancellation);
        await peer.SendAsync(Frame(Settings, 0, 0, [0, 4, 0, 0, 0, 0]), Cancellation);
        for (var stream = 1; stream < 201; stream += 2)
        {
            await peer.SendAsync([.. Frame(Headers, EndHeaders, stream, Call(Get)), .. Frame(Data, EndStream, stream, EmptyMessage)], Cancellation);
        }

        await AskAsync();
        while (await peer.ReceiveAsync(Cancellation) is { } frame)
        {
            Assert.False(frame.Type == Data && frame.Payload.Length > 0, "data although the window is closed");
            if (frame is { Type: Headers, Stream: 199 })
            {
                return;
            }
        }
    }

    [Fact]
    public async Task Pings_by_the_thousand_do_not_disturb_others()
    {
        using var peer = await OpenAsync(host.Port, Cancellation);
        var pings = Enumerable.Repeat(Frame(Ping, 0, 0, new byte[8]), 100).SelectMany(ping => ping).ToArray();
        var reading = peer.DrainAsync(Cancellation);
        for (var i = 0; i < 100 && await peer.SendAsync(pings, Cancellation); i++)
        {
            await AskAsync();
        }

        Assert.False(reading.IsFaulted);
    }

    /// <summary>The good client, on its own connection.</summary>
    private async Task AskAsync()
    {
        var reply = await host.Channel.UnaryAsync(Get, new GetStateRequest { Key = "good" }, GetStateResponse.Parser, new GrpcCallOptions { Timeout = TimeSpan.FromSeconds(10) }, Cancellation);
        Assert.Equal("good", reply.Message.Etag);
    }

    private async Task UntilAllLeftAsync()
    {
        while (Volatile.Read(ref left) < Volatile.Read(ref entered))
        {
            await leaving.WaitAsync(Cancellation);
        }
    }
}
