using System.Text;
using Dapr;
using Dapr.Client;
using Grpc.Core;
using Sdk.Tests.Ground;

namespace Sdk.Tests.Client;

/// <summary>State through the SDK, in the in-memory store and in SQLite.</summary>
public sealed class StateTests(Rig rig)
{
    private static readonly Order Sample = new(7, "seven");
    private readonly DaprClient client = rig.Client;

    public static TheoryData<string> Stores => [Components.Memory, Components.Sqlite];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_saved_value_is_read_and_deleted(string store)
    {
        var key = Rig.Key();
        await client.SaveStateAsync(store, key, Sample, cancellationToken: Cancellation);
        Assert.Equal(Sample, await client.GetStateAsync<Order>(store, key, cancellationToken: Cancellation));
        Assert.Equal(Sample, await client.GetStateAsync<Order>(store, key, ConsistencyMode.Strong, cancellationToken: Cancellation));
        await client.DeleteStateAsync(store, key, cancellationToken: Cancellation);
        Assert.Null(await client.GetStateAsync<Order>(store, key, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task A_key_that_does_not_exist_has_the_default_and_an_empty_etag()
    {
        var (value, etag) = await client.GetStateAndETagAsync<int>(Components.Memory, Rig.Key(), cancellationToken: Cancellation);
        Assert.Equal(0, value);
        Assert.Equal("", etag);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Only_the_holder_of_the_etag_writes(string store)
    {
        var key = Rig.Key();
        await client.SaveStateAsync(store, key, Sample, cancellationToken: Cancellation);
        var (_, etag) = await client.GetStateAndETagAsync<Order>(store, key, cancellationToken: Cancellation);
        Assert.True(await client.TrySaveStateAsync(store, key, Sample with { Name = "first" }, etag, cancellationToken: Cancellation));
        Assert.False(await client.TrySaveStateAsync(store, key, Sample with { Name = "second" }, etag, cancellationToken: Cancellation));
        Assert.False(await client.TryDeleteStateAsync(store, key, etag, cancellationToken: Cancellation));
        (var value, etag) = await client.GetStateAndETagAsync<Order>(store, key, cancellationToken: Cancellation);
        Assert.Equal("first", value.Name);
        Assert.True(await client.TryDeleteStateAsync(store, key, etag, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task A_first_write_without_an_etag_creates_once()
    {
        var key = Rig.Key();
        var first = new StateOptions { Concurrency = ConcurrencyMode.FirstWrite, Consistency = ConsistencyMode.Strong };
        await client.SaveStateAsync(Components.Sqlite, key, 1, first, cancellationToken: Cancellation);
        await Assert.ThrowsAsync<DaprException>(() => client.SaveStateAsync(Components.Sqlite, key, 2, first, cancellationToken: Cancellation));
        Assert.Equal(1, await client.GetStateAsync<int>(Components.Sqlite, key, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Bytes_are_kept_as_they_are()
    {
        var key = Rig.Key();
        byte[] bytes = [0, 1, 255, 13, 10];
        await client.SaveByteStateAsync(Components.Memory, key, bytes, cancellationToken: Cancellation);
        Assert.Equal(bytes, (await client.GetByteStateAsync(Components.Memory, key, cancellationToken: Cancellation)).ToArray());
        var (held, etag) = await client.GetByteStateAndETagAsync(Components.Memory, key, cancellationToken: Cancellation);
        Assert.Equal(bytes, held.ToArray());
        Assert.True(await client.TrySaveByteStateAsync(Components.Memory, key, new byte[] { 2 }, etag, cancellationToken: Cancellation));
        Assert.False(await client.TrySaveByteStateAsync(Components.Memory, key, new byte[] { 3 }, etag, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Many_values_go_in_one_call()
    {
        var (one, two, absent) = (Rig.Key(), Rig.Key(), Rig.Key());
        await client.SaveBulkStateAsync(Components.Memory, [new SaveStateItem<Order>(one, Sample, null!), new SaveStateItem<Order>(two, Sample with { OrderId = 8 }, null!)], Cancellation);
        var typed = (await client.GetBulkStateAsync<Order>(Components.Memory, [one, two, absent], null, cancellationToken: Cancellation)).ToDictionary(item => item.Key);
        Assert.Equal([7, 8], [typed[one].Value.OrderId, typed[two].Value.OrderId]);
        Assert.Null(typed[absent].Value);
        var raw = await client.GetBulkStateAsync(Components.Memory, [one], 2, cancellationToken: Cancellation);
        Assert.Equal("""{"orderId":7,"name":"seven"}""", Assert.Single(raw).Value);
        Assert.Equal(typed[one].ETag, raw[0].ETag);
        await client.DeleteBulkStateAsync(Components.Memory, [new BulkDeleteStateItem(one, null!), new BulkDeleteStateItem(two, null!)], Cancellation);
        Assert.Null(await client.GetStateAsync<Order>(Components.Memory, one, cancellationToken: Cancellation));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_transaction_is_whole_or_nothing(string store)
    {
        var (one, two) = (Rig.Key(), Rig.Key());
        await client.SaveStateAsync(store, one, "here", cancellationToken: Cancellation);
        await client.ExecuteStateTransactionAsync(store, [new(two, "\"new\""u8.ToArray(), StateOperationType.Upsert), new(one, null, StateOperationType.Delete)], cancellationToken: Cancellation);
        Assert.Equal("new", await client.GetStateAsync<string>(store, two, cancellationToken: Cancellation));
        Assert.Null(await client.GetStateAsync<string>(store, one, cancellationToken: Cancellation));
        var lost = new StateTransactionRequest(two, "2"u8.ToArray(), StateOperationType.Upsert, "99", options: new StateOptions { Concurrency = ConcurrencyMode.FirstWrite });
        await Assert.ThrowsAsync<DaprException>(() => client.ExecuteStateTransactionAsync(store, [new(one, "1"u8.ToArray(), StateOperationType.Upsert), lost], cancellationToken: Cancellation));
        Assert.Null(await client.GetStateAsync<string>(store, one, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task An_entry_is_changed_and_saved()
    {
        var key = Rig.Key();
        var entry = await client.GetStateEntryAsync<Order>(Components.Memory, key, cancellationToken: Cancellation);
        Assert.Null(entry.Value);
        entry.Value = Sample;
        await entry.SaveAsync(cancellationToken: Cancellation);
        entry = await client.GetStateEntryAsync<Order>(Components.Memory, key, cancellationToken: Cancellation);
        entry.Value = entry.Value with { Name = "other" };
        Assert.True(await entry.TrySaveAsync(cancellationToken: Cancellation));
        Assert.False(await entry.TrySaveAsync(cancellationToken: Cancellation));
        Assert.False(await entry.TryDeleteAsync(cancellationToken: Cancellation));
        await entry.DeleteAsync(cancellationToken: Cancellation);
        Assert.Equal((Components.Memory, key), (entry.StoreName, entry.Key));
    }

    [Fact]
    public async Task A_failure_is_a_DaprException_around_the_sidecars_answer()
    {
        var failure = await Assert.ThrowsAsync<DaprException>(() => client.GetStateAsync<int>("nowhere", "k", cancellationToken: Cancellation));
        var cause = Assert.IsType<RpcException>(failure.InnerException);
        Assert.Equal(StatusCode.InvalidArgument, cause.StatusCode);
        Assert.Contains("nowhere", cause.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_is_no_JSON_of_the_type_is_a_DaprException()
    {
        var key = Rig.Key();
        await client.SaveByteStateAsync(Components.Memory, key, Encoding.UTF8.GetBytes("{"), cancellationToken: Cancellation);
        await Assert.ThrowsAsync<DaprException>(() => client.GetStateAsync<Order>(Components.Memory, key, cancellationToken: Cancellation));
    }
}
