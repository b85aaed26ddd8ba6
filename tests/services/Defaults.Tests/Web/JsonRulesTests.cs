using System.Text.Json;
using Library.Defaults.Web;

namespace Library.Probe
{
    public enum Colour
    {
        DarkRed,
        Blue,
    }

    public sealed record Paint(string Name, Colour Colour, int Coats = 1);
}

namespace Library.Contracts.Probe
{
    public sealed record Painted(string Id, long Version, string? By = null);
}

namespace Defaults.Tests.Web
{
    using Library.Contracts.Probe;
    using Library.Probe;

    public sealed class JsonRulesTests
    {
        private static readonly JsonSerializerOptions Options = Make();

        [Fact]
        public void Names_are_camel_case_and_enums_are_words()
        {
            Assert.Equal("""{"name":"a","colour":"darkRed","coats":2}""", JsonSerializer.Serialize(new Paint("a", Colour.DarkRed, 2), Options));
            Assert.Equal(new Paint("a", Colour.Blue), JsonSerializer.Deserialize<Paint>("""{"name":"a","colour":"blue"}""", Options));
        }

        [Theory]
        [InlineData("""{"name":"a","colour":"blue","coat":2}""", "an unknown member")]
        [InlineData("""{"name":"a","colour":"blue","name":"b"}""", "a doubled member")]
        [InlineData("""{"Name":"a","colour":"blue"}""", "a name in another case")]
        [InlineData("""{"name":null,"colour":"blue"}""", "null where there is none")]
        [InlineData("""{"colour":"blue"}""", "a missing member")]
        [InlineData("""{"name":"a","colour":1}""", "an enum as a number")]
        [InlineData("""{"name":"a","colour":"green"}""", "an unknown word")]
        [InlineData("""{"name":"a","colour":"blue","coats":"2"}""", "a number as text")]
        [InlineData("""{"name":"a","colour":"blue","coats":2.5}""", "a fraction")]
        [InlineData("""{"name":"a","colour":"blue","coats":3000000000}""", "a number too large")]
        [InlineData("""{"name":"a","colour":"blue",}""", "a comma too many")]
        public void What_clients_send_is_read_to_the_letter(string json, string what) =>
            Assert.True(Record.Exception(() => JsonSerializer.Deserialize<Paint>(json, Options)) is JsonException, $"{what} was taken");

        [Fact]
        public void Facts_of_newer_services_may_have_grown() =>
            Assert.Equal(new Painted("a", 1), JsonSerializer.Deserialize<Painted>("""{"id":"a","version":1,"colour":"blue"}""", Options));

        [Fact]
        public void Depth_has_a_limit()
        {
            var deep = new string('[', 100) + new string(']', 100);
            Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<JsonElement>(deep, Options));
        }

        private static JsonSerializerOptions Make()
        {
            var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
            JsonRules.Apply(options);
            return options;
        }
    }
}
