using System.Text;
using Sidecar.State;

namespace Sidecar.Tests.State;

public abstract partial class StateStoreConformance
{
    [Fact]
    public async Task Many_keys_are_read_at_once()
    {
        await SaveAsync(Json(Key("a"), "1"), Raw(Key("b"), 2, 3), Mortal(Key("c"), "100"));
        var single = await GetAsync(Key("c"));
        var items = await BulkAsync("nope1", "a", "b", "nope2", "c");
        string[] expected = FoundFirst ? ["a", "b", "c", "nope1", "nope2"] : ["nope1", "a", "b", "nope2", "c"];
        Assert.Equal(expected, items.Select(item => item.Key));
        Assert.Equal("1", Encoding.UTF8.GetString(items.Single(item => item.Key == "a").Item!.Data.Span));
        Assert.Equal([2, 3], items.Single(item => item.Key == "b").Item!.Data.ToArray());
        Assert.All(items, item => Assert.Null(item.Error));
        Assert.All(items.Where(item => item.Key.StartsWith("nope", StringComparison.Ordinal)), item => Assert.Null(item.Item));
        var bulk = items.Single(item => item.Key == "c").Item!;
        Assert.Equal((single!.ETag, single.Metadata?["ttlExpireTime"]), (bulk.ETag, bulk.Metadata?["ttlExpireTime"]));
    }

    [Fact]
    public async Task A_found_key_that_is_asked_for_twice_is_answered_as_the_store_does()
    {
        await SaveAsync(Json(Key("a"), "1"));
        var items = await BulkAsync("a", "a", "nope", "nope");
        Assert.Equal(FoundFirst ? ["a", "nope", "nope"] : ["a", "a", "nope", "nope"], items.Select(item => item.Key));
    }

    [Fact]
    public async Task Reading_no_keys_answers_nothing() => Assert.Empty(await BulkAsync());

    [Fact]
    public async Task Keys_are_listed_page_by_page_in_the_order_of_their_bytes()
    {
        var names = new[] { "|é", "|a*b", "|a", "|Z", "|[x]?", "|\U0001F600", "|\uFF5E", "|a_b", "|a%b" };
        await SaveAsync([.. names.Select(name => Json(Key("k" + name), "1")), Json(Key("k"), "1"), Json(Key("other"), "1")]);
        var keys = Assert.IsAssignableFrom<IListsKeys>(Store);
        var found = new List<string>();
        for (var after = ""; await keys.ListKeysAsync(Key("k|"), after, 4, Cancellation) is [.., var last] page; after = last)
        {
            found.AddRange(page);
        }

        Assert.Equal(["|Z", "|[x]?", "|a", "|a%b", "|a*b", "|a_b", "|é", "|\uFF5E", "|\U0001F600"], found.Select(key => key[Key("k").Length..]));
    }

    private async Task<List<BulkStateItem>> BulkAsync(params string[] names)
    {
        var items = await Store.GetManyAsync([.. names.Select(name => new StateRead(Key(name)))], 2, Cancellation);
        return [.. items.Select(item => item with { Key = item.Key[prefix.Length..] })];
    }
}
