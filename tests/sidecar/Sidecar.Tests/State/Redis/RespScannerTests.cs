using System.Text;
using Sidecar.State.Redis;

namespace Sidecar.Tests.State.Redis;

public sealed class RespScannerTests
{
    [Theory]
    [InlineData("+OK\r\n")]
    [InlineData("-ERR no\r\n")]
    [InlineData(":12\r\n")]
    [InlineData("$5\r\na\r\nbc\r\n")]
    [InlineData("$-1\r\n")]
    [InlineData("*-1\r\n")]
    [InlineData("*0\r\n")]
    [InlineData("*3\r\n:1\r\n*2\r\n$1\r\nx\r\n$0\r\n\r\n+QUEUED\r\n")]
    public void An_answer_ends_where_it_ends_however_it_is_cut(string answer)
    {
        var bytes = Encoding.ASCII.GetBytes(answer + "+next\r\n");
        for (var first = 0; first < answer.Length; first++)
        {
            var scanner = new RespScanner();
            Assert.False(scanner.TryFind(bytes.AsSpan(0, first), 1, out var needed));
            Assert.InRange(needed, first + 1, answer.Length);
            Assert.True(scanner.TryFind(bytes, 1, out var length));
            Assert.Equal(answer.Length, length);
        }
    }

    [Fact]
    public void Answers_to_several_commands_are_found_as_one()
    {
        var scanner = new RespScanner();
        var bytes = "+OK\r\n+QUEUED\r\n*1\r\n:1\r\n"u8;
        Assert.False(scanner.TryFind(bytes[..^1], 3, out _));
        Assert.True(scanner.TryFind(bytes, 3, out var length));
        Assert.Equal(bytes.Length, length);
    }

    [Fact]
    public void A_line_without_an_end_is_given_up()
    {
        var endless = new byte[70_000];
        endless.AsSpan().Fill((byte)'+');
        Assert.Throws<RedisConnectionException>(() => new RespScanner().TryFind(endless, 1, out _));
    }
}
