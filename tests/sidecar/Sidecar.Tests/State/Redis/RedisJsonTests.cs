using System.Text;
using Sidecar.State;
using Sidecar.State.Redis;

namespace Sidecar.Tests.State.Redis;

public sealed class RedisJsonTests
{
    [Theory]
    [InlineData("12.5", "12.5")]
    [InlineData("[0.1234565,-0.1234564,1.0000001,-0]", "[0.123457,-0.123456,1,0]")]
    [InlineData("1e-7", "0")]
    [InlineData("83886078.1234567", "83886078.123457")]
    [InlineData("83886080.1234567", "83886080.1234567")]
    [InlineData("1e+21", "1e+21")]
    [InlineData("9007199254740992", "9007199254740992")]
    [InlineData("""{"a.b":1.5,"\\":"\"1.23456789\"","x":true}""", """{"a.b":1.5,"\\":"\"1.23456789\"","x":true}""")]
    [InlineData("""["\u003ca\u003e\u0026\u2028\u001f\u003d"]""", "[\"<a>&\u2028\\u001f\\u003d\"]")]
    [InlineData("""["\\u003c","\\\u003c"]""", """["\\u003c","\\<"]""")]
    public void Numbers_and_texts_come_out_as_daprs_redis_store_writes_them(string json, string written) =>
        Assert.Equal(written, Encoding.UTF8.GetString(RedisJson.Of(Encoding.UTF8.GetBytes(json)).Span));

    [Fact]
    public void A_document_of_the_json_module_holds_the_value_beside_its_version()
    {
        var json = RedisJson.Document(new StateValue("""{"a":1}"""u8.ToArray(), IsJson: true));
        Assert.Equal("""{"data":{"a":1}}""", Encoding.UTF8.GetString(json.Span));
        var bytes = RedisJson.Document(new StateValue("hi"u8.ToArray(), IsJson: false));
        Assert.Equal("""{"data":"aGk="}""", Encoding.UTF8.GetString(bytes.Span));

        var item = RedisJson.Item("""{"version":3,"data":[1,2],"first-write":0}"""u8.ToArray());
        Assert.Equal(("[1,2]", "3"), (Encoding.UTF8.GetString(item.Data.Span), item.ETag));
    }
}
