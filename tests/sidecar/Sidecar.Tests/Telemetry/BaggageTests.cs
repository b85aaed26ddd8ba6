using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Telemetry;

public sealed class BaggageTests
{
    [Theory]
    [InlineData("key1=value1,key2=value2", "key1=value1,key2=value2")]
    [InlineData(" k = v ; p = 1 ;q", "k=v;p=1;q")]
    [InlineData("k=a=b", "k=a=b")]
    [InlineData("k=", "k=")]
    [InlineData("k=%20x%25%C3%A9", "k=%20x%25%C3%A9")]
    [InlineData("k=%41", "k=A")]
    [InlineData("k=1,k=2", "k=2")]
    public void Valid_baggage_is_written_with_only_what_must_be_escaped(string text, string expected)
    {
        Assert.True(Baggage.TryParse(text, out var canonical, out var problem), problem);
        Assert.Equal(expected, canonical);
    }

    [Theory]
    [InlineData("invalid-baggage", "invalid baggage list-member: \"invalid-baggage\"")]
    [InlineData("key1=value1,", "invalid baggage list-member: \"\"")]
    [InlineData("=value", "invalid key: \"\"")]
    [InlineData("ke y=value", "invalid key: \"ke y\"")]
    [InlineData("key= va lue", "invalid value: \" va lue\"")]
    [InlineData("key=a\"b", "invalid value: \"a\\\"b\"")]
    [InlineData("key=%zz", "invalid value: invalid URL escape \"%zz\"")]
    [InlineData("key=v;p=a b", "invalid baggage list-member property: \"p=a b\"")]
    [InlineData("a,b", "invalid baggage list-member: \"a\"\ninvalid baggage list-member: \"b\"")]
    [InlineData("a,b,c,d,e,f,g", "invalid baggage list-member: \"a\"\ninvalid baggage list-member: \"b\"\ninvalid baggage list-member: \"c\"\ninvalid baggage list-member: \"d\"\ninvalid baggage list-member: \"e\"\nand 2 more invalid member(s)")]
    public void Broken_baggage_is_refused_with_the_reason(string text, string expected)
    {
        Assert.False(Baggage.TryParse(text, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Baggage_has_limits()
    {
        Assert.False(Baggage.TryParse("k=" + new string('v', 8191), out _, out var tooLong));
        Assert.Equal("baggage-string too large: 8193", tooLong);
        var members = Enumerable.Range(0, 64).Select(number => $"k{number}=v").ToList();
        Assert.True(Baggage.TryParse(string.Join(',', members), out _, out _));
        Assert.False(Baggage.TryParse(string.Join(',', members.Append("one=more")), out _, out var tooMany));
        Assert.Equal("too many list-members in baggage-string", tooMany);
    }

    [Fact]
    public void What_was_read_reads_the_same_again()
    {
        var random = new Random(5);
        const string Chars = "abZ09-_%=; \t,\"\\é~";
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(24)).Select(_ => Chars[random.Next(Chars.Length)]));
            if (Baggage.TryParse(text, out var canonical, out _))
            {
                Assert.True(Baggage.TryParse(canonical, out var again, out var problem), $"{text} -> {canonical}: {problem}");
                Assert.Equal(canonical, again);
            }
        }
    }
}
