using System.Text;
using Sidecar.State;

namespace Sidecar.Tests.State;

/// <summary>
/// What every state store does alike. A store says by overriding what it does differently; the words of its refusals are part of that,
/// because they are Dapr's answers.
/// </summary>
public abstract partial class StateStoreConformance : IAsyncLifetime
{
    private readonly string prefix = $"app||{Guid.NewGuid():N}-";
    private IStateStore? store;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected IStateStore Store => store!;

    protected virtual StateFeatures Features => StateFeatures.ETag | StateFeatures.Transactional | StateFeatures.Ttl | StateFeatures.KeysLike;

    /// <summary>The words for a first write of a key that is there.</summary>
    protected virtual string SecondCreation(string key) => Mismatch;

    protected virtual StateFailure SecondCreationKind => StateFailure.ETagMismatch;

    protected virtual string StaleETag(string key, string current, string stale) => Mismatch;

    protected virtual string BadTimeToLive =>
        "error parsing TTL: incorrect value for metadata 'ttlInSeconds': strconv.ParseInt: parsing \"so\\\"on\": invalid syntax";

    /// <summary>How a value that came as JSON is kept.</summary>
    protected virtual string Kept(string json) => json;

    protected virtual bool FoundFirst => true;

    protected const string Mismatch = "possible etag mismatch. error from state store";

    protected abstract Task<IStateStore> OpenAsync();

    /// <summary>Makes the time pass that a key had to live.</summary>
    protected abstract Task ExpireAsync(string key, int seconds);

    public async ValueTask InitializeAsync() => store = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
        }

        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    protected string Key(string name) => prefix + name;

    protected static StateWrite Json(string key, string json) => new(key) { Value = new StateValue(Encoding.UTF8.GetBytes(json), IsJson: true) };

    protected static StateWrite Raw(string key, params byte[] bytes) => new(key) { Value = new StateValue(bytes, IsJson: false) };

    protected static StateWrite Mortal(string key, string seconds) =>
        Json(key, "1") with { Metadata = new Dictionary<string, string> { ["ttlInSeconds"] = seconds } };

    protected static StateWrite Delete(string key) => new(key) { IsDelete = true };

    protected static StateWrite Create(string key, string json) => Json(key, json) with { Concurrency = "first-write" };

    protected async Task SaveAsync(params StateWrite[] writes)
    {
        foreach (var write in writes)
        {
            await Store.WriteAsync(write, Cancellation);
        }
    }

    protected async Task<StateItem?> GetAsync(string key) => await Store.GetAsync(new StateRead(key), Cancellation);

    protected async Task<string?> ReadAsync(string key) => await GetAsync(key) is { } item ? Encoding.UTF8.GetString(item.Data.Span) : null;

    /// <summary>Names of keys with the values they should have; null for none.</summary>
    protected async Task AssertHasAsync(params (string Name, string? Value)[] expected)
    {
        foreach (var (name, value) in expected)
        {
            Assert.Equal((name, value), (name, await ReadAsync(Key(name))));
        }
    }

    protected async Task<string> SaveAndGetETagAsync(StateWrite write)
    {
        await SaveAsync(write);
        return (await GetAsync(write.Key))!.ETag!;
    }

    protected Task TransactAsync(params StateWrite[] writes) => Store.TransactAsync(writes, Cancellation).AsTask();

    protected Task<StateException> RefusalAsync(params StateWrite[] writes) => RefusalAsync(() => SaveAsync(writes));

    protected static async Task<StateException> RefusalAsync(Func<Task> call) => await Assert.ThrowsAsync<StateException>(call);

    /// <summary>Words that end with … are the beginning of the refusal's words.</summary>
    protected static void AssertRefused(StateException refusal, StateFailure kind, string words)
    {
        var isBeginning = words.EndsWith('…') && refusal.Message.StartsWith(words[..^1], StringComparison.Ordinal);
        Assert.Equal((kind, words), (refusal.Failure, isBeginning ? words : refusal.Message));
    }
}
