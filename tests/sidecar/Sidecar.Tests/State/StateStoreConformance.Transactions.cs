using Sidecar.State;

namespace Sidecar.Tests.State;

public abstract partial class StateStoreConformance
{
    [Fact]
    public async Task A_transaction_does_all_of_its_writes_in_order()
    {
        await SaveAsync(Json(Key("old"), "0"), Json(Key("gone"), "0"));
        await TransactAsync(
            Json(Key("new"), "1"), Json(Key("old"), "1"), Delete(Key("gone")), Json(Key("new"), "2"), Json(Key("brief"), "1"), Delete(Key("brief")));
        await AssertHasAsync(("new", "2"), ("old", "1"), ("gone", null), ("brief", null));
    }

    [Fact]
    public async Task A_transaction_with_the_right_etags_succeeds()
    {
        var etag = await SaveAndGetETagAsync(Json(Key("k"), "1"));
        var other = await SaveAndGetETagAsync(Json(Key("other"), "1"));
        await TransactAsync(Json(Key("k"), "2") with { ETag = etag, Concurrency = "first-write" }, Create(Key("new"), "1"), Delete(Key("other")) with { ETag = other });
        await AssertHasAsync(("k", "2"), ("new", "1"), ("other", null));
    }

    [Fact]
    public Task A_transaction_of_nothing_succeeds() => TransactAsync();
}
