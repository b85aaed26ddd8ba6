using Library.Defaults.Stores;

namespace Defaults.Tests.Writing;

public sealed class StoreTypesTests
{
    [Theory]
    [InlineData("state.postgresql")]
    [InlineData("state.sqlite")]
    public void A_store_with_real_transactions_is_taken(string type) => Assert.Null(StoreTypes.Wrong("s", type, allowInMemory: false));

    [Theory]
    [InlineData("state.redis")]
    [InlineData("state.mongodb")]
    [InlineData("state.in-memory")]
    [InlineData(null)]
    public void Another_is_refused_and_what_to_change_is_said(string? type)
    {
        var wrong = StoreTypes.Wrong("notes-store", type, allowInMemory: false);

        Assert.Contains("notes-store", wrong, StringComparison.Ordinal);
        Assert.Contains("state.postgresql or state.sqlite", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_may_ask_for_a_store_in_memory() => Assert.Null(StoreTypes.Wrong("s", "state.in-memory", allowInMemory: true));

    [Fact]
    public async Task A_service_does_not_start_on_a_wrong_store()
    {
        await using var notes = await Notes.Start(options => options.InMemoryState(Notes.Store));
        notes.Sidecar.Log.ExpectAnything();

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => notes.Run());

        Assert.Contains("forgets everything when the sidecar stops", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_does_not_start_without_its_store()
    {
        await using var notes = await Notes.Start(options => options.SqliteState("another-store"));
        notes.Sidecar.Log.ExpectAnything();

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => notes.Run());

        Assert.Contains("add a component of this name", refused.Message, StringComparison.Ordinal);
    }
}
