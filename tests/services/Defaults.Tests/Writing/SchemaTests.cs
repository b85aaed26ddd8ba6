using System.Text;
using System.Text.Json.Nodes;
using Library.Defaults.Stores;

namespace Defaults.Tests.Writing;

public sealed class SchemaTests
{
    private static readonly Schema<Card> Schema = new(
        "card",
        first =>
        {
            first["holder"] = first["name"]?.DeepClone();
            first.Remove("name");
            return first;
        },
        second =>
        {
            second["tags"] = new JsonArray($"{second["tag"]}");
            second.Remove("tag");
            return second;
        });

    public static TheoryData<string> Golden => new()
    {
        """{"schema":1,"id":"c1","version":7,"name":"Ada","tag":"blue"}""",
        """{"schema":2,"id":"c1","version":7,"holder":"Ada","tag":"blue"}""",
        """{"schema":3,"id":"c1","version":7,"holder":"Ada","tags":["blue"]}""",
        """{"version":7,"tags":["blue"],"id":"c1","holder":"Ada","schema":3,"later":true}""",
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void A_document_of_any_age_is_read_as_one_of_today(string stored)
    {
        var card = Schema.Read(Encoding.UTF8.GetBytes(stored))!;

        Assert.Equal(("c1", 7L, "Ada"), (card.Id, card.Version, card.Holder));
        Assert.Equal(["blue"], card.Tags);
    }

    [Fact]
    public void A_document_says_its_schema_first_and_then_what_it_holds() =>
        Assert.Equal("""{"schema":3,"id":"c1","version":1,"holder":"Ädä","tags":[]}""", Encoding.UTF8.GetString(Schema.Write(new Card("c1", 1, "Ädä", []))));

    [Theory]
    [InlineData("""{"schema":4,"id":"c1"}""")]
    [InlineData("""{"id":"c1"}""")]
    public void A_document_of_a_newer_build_is_not_misread(string stored)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Schema.Read(Encoding.UTF8.GetBytes(stored)));

        Assert.Contains("this build knows 1 to 3", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_document_is_null() => Assert.Null(Schema.Read([]));

    private sealed record Card(string Id, long Version, string Holder, IReadOnlyList<string> Tags);
}
