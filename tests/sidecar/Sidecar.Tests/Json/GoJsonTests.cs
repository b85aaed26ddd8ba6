using System.Text;
using Sidecar.Json;

namespace Sidecar.Tests.Json;

public sealed class GoJsonTests
{
    [Theory]
    [InlineData("""{"b":1,"a":[true,null,"x"]}""", """{"a":[true,null,"x"],"b":1}""")]
    [InlineData("""{"a":1,"a":2}""", """{"a":2}""")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("1.0", "1")]
    [InlineData("-0", "-0")]
    [InlineData("1e21", "1e+21")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("1.5e-9", "1.5e-9")]
    [InlineData("123456789012345680000000", "1.2345678901234569e+23")]
    [InlineData("12.50", "12.5")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("\"<a>&b\"", "\"\\u003ca\\u003e\\u0026b\"")]
    [InlineData("\"żółć \\u56fe\"", "\"żółć 图\"")]
    [InlineData("\"\\ud83d\\ude00\"", "\"😀\"")]
    [InlineData("\"\\ud83d x\"", "\"\uFFFD x\"")]
    [InlineData("\"\\/\\b\\f\\n\\r\\t\\u0001\"", "\"/\\b\\f\\n\\r\\t\\u0001\"")]
    [InlineData(" [ 1 , 2 ] trailing", "[1,2]")]
    [InlineData("{\"ｚ\":1,\"😀\":2}", "{\"ｚ\":1,\"😀\":2}")]
    public void A_value_comes_out_as_Go_writes_it(string written, string expected)
    {
        using var document = GoJson.Decode(Encoding.UTF8.GetBytes(written));
        Assert.Equal(expected, Encoding.UTF8.GetString(GoJson.Normalize(document.RootElement)));
    }

    [Fact]
    public void Broken_UTF8_becomes_the_replacement_character()
    {
        using var document = GoJson.Decode(new byte[] { (byte)'"', 0xFF, (byte)'a', (byte)'"' });
        Assert.Equal("\"\uFFFDa\"", Encoding.UTF8.GetString(GoJson.Normalize(document.RootElement)));
    }

    [Theory]
    [InlineData("", "EOF")]
    [InlineData("  \n", "EOF")]
    [InlineData("{nope", "invalid character 'n' looking for beginning of object key string")]
    [InlineData("nope", "invalid character 'o' in literal null (expecting 'u')")]
    [InlineData("x", "invalid character 'x' looking for beginning of value")]
    [InlineData("[1,]", "invalid character ']' looking for beginning of value")]
    [InlineData("[1 2]", "invalid character '2' after array element")]
    [InlineData("{\"a\" 1}", "invalid character '1' after object key")]
    [InlineData("{\"a\":1 \"b\"}", "invalid character '\"' after object key:value pair")]
    [InlineData("{\"a\":1,}", "invalid character '}' looking for beginning of object key string")]
    [InlineData("\"a\nb\"", "invalid character '\\n' in string literal")]
    [InlineData("\"\\x\"", "invalid character 'x' in string escape code")]
    [InlineData("\"\\u12g4\"", "invalid character 'g' in \\u hexadecimal character escape")]
    [InlineData("-a", "invalid character 'a' in numeric literal")]
    [InlineData("1.a", "invalid character 'a' after decimal point in numeric literal")]
    [InlineData("1ea", "invalid character 'a' in exponent of numeric literal")]
    [InlineData("[1", "unexpected EOF")]
    [InlineData("{\"a", "unexpected EOF")]
    [InlineData("tru", "unexpected EOF")]
    public void What_is_wrong_is_said_in_Gos_words(string json, string message) =>
        Assert.Equal(message, Assert.Throws<GoJsonException>(() => GoJson.Decode(Encoding.UTF8.GetBytes(json))).Message);

    [Fact]
    public void A_number_beyond_a_float_is_refused()
    {
        using var document = GoJson.Decode("1e400"u8.ToArray());
        Assert.Equal("json: cannot unmarshal number 1e400 into Go value of type float64", Assert.Throws<GoJsonException>(() => GoJson.Normalize(document.RootElement)).Message);
    }
}
