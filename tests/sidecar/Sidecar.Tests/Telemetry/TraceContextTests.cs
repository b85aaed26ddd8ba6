using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Telemetry;

public sealed class TraceContextTests
{
    private const string Known = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public void A_traceparent_is_read_and_written_again()
    {
        Assert.True(TraceContext.TryParse(Known, out var context));
        Assert.True(context.IsSampled);
        Assert.Equal(Known, context.ToTraceparent());
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra")]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("0g-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-B7ad6b7169203331-01")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c8031-9cb7ad6b7169203331-01")]
    [InlineData("00 0af7651916cd43dd8448eb211c80319c b7ad6b7169203331 01")]
    public void A_broken_traceparent_is_none(string text) => Assert.False(TraceContext.TryParse(text, out _));

    [Theory]
    [InlineData("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-is-to-come")]
    [InlineData("CC-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01FF")]
    public void Later_versions_and_longer_flags_are_read(string text)
    {
        Assert.True(TraceContext.TryParse(text, out var context));
        Assert.Equal(Known, context.ToTraceparent());
    }

    [Fact]
    public void Any_context_survives_both_forms_of_its_header()
    {
        var random = new Random(7);
        for (var i = 0; i < 1_000; i++)
        {
            var context = Any(random);
            Assert.True(TraceContext.TryParse(context.ToTraceparent(), out var fromText));
            Assert.True(TraceContext.TryReadBinary(context.ToBinary(), out var fromBinary));
            Assert.Equal((context, context), (fromText, fromBinary));
        }
    }

    [Fact]
    public void Whatever_a_caller_sends_what_is_read_is_valid_and_what_was_sent()
    {
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            var text = Any(random).ToTraceparent().ToCharArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                text[random.Next(text.Length)] = "0af-Z\0é_"[random.Next(8)];
            }

            var sent = new string(text)[..random.Next(text.Length + 1)];
            if (TraceContext.TryParse(sent, out var context))
            {
                Assert.True(context.IsValid);
                Assert.Equal(sent[3..55], context.ToTraceparent()[3..55], ignoreCase: true);
            }
        }
    }

    [Fact]
    public void Binary_contexts_may_lack_span_and_flags()
    {
        var whole = new TraceContext(3, 4, 1).ToBinary();
        Assert.Equal(29, whole.Length);
        Assert.True(TraceContext.TryReadBinary(whole.AsSpan(0, 27), out var withoutFlags));
        Assert.Equal(new TraceContext(3, 4, 0), withoutFlags);
        Assert.True(TraceContext.TryReadBinary(whole.AsSpan(0, 18), out var withoutSpan));
        Assert.Equal(new TraceContext(3, 0, 0), withoutSpan);
        Assert.False(TraceContext.TryReadBinary(whole.AsSpan(0, 17), out _));
        whole[0] = 1;
        Assert.False(TraceContext.TryReadBinary(whole, out _));
    }

    private static TraceContext Any(Random random) =>
        new(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64(1, long.MaxValue)), (ulong)random.NextInt64(1, long.MaxValue), (byte)random.Next(256));
}
