using System.Text;
using Sidecar.Components;

namespace Sidecar.State.Redis;

/// <summary>state.redis: a hash for each key, with its data, its version and the mark of a first write, as daprd keeps them.</summary>
internal sealed class RedisStateStore : IStateStore, IListsKeys
{
    private readonly RedisOptions options;
    private readonly RedisClient client;
    private readonly RedisWrites writes;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private bool hasJson;

    public RedisStateStore(ComponentMetadata metadata, TimeProvider time, ILogger log)
    {
        options = RedisOptions.From(metadata);
        client = new RedisClient(options, time, log);
        writes = new RedisWrites(options, client);
        this.time = time;
        this.log = log;
    }

    public StateFeatures Features => StateFeatures.ETag | StateFeatures.Transactional | StateFeatures.Ttl | StateFeatures.KeysLike;

    public string QueryRefusal => hasJson ? "query index not found" : "redis-json server support is required for query capability";

    public async Task InitAsync(CancellationToken cancellation)
    {
        var server = new RedisServerCheck(options, client, time, log);
        await server.ReachAsync(cancellation);
        hasJson = await server.HasJsonAsync(cancellation);
        writes.Configure(hasJson, await server.ReplicasAsync(cancellation));
    }

    public ValueTask<StateItem?> GetAsync(StateRead read, CancellationToken cancellation) =>
        hasJson && RedisWrites.IsJson(read.Metadata) ? GetJsonAsync(read.Key, cancellation) : GetHashAsync(read.Key, cancellation);

    /// <summary>All are asked for at once, on the one connection; it makes no difference how many the caller would do side by side.</summary>
    public async ValueTask<IReadOnlyList<BulkStateItem>> GetManyAsync(IReadOnlyList<StateRead> reads, int parallelism, CancellationToken cancellation)
    {
        var pending = new Task<StateItem?>[reads.Count];
        for (var i = 0; i < pending.Length; i++)
        {
            pending[i] = GetAsync(reads[i], cancellation).AsTask();
        }

        var items = new BulkStateItem[pending.Length];
        for (var i = 0; i < items.Length; i++)
        {
            try
            {
                items[i] = new BulkStateItem(reads[i].Key, await pending[i]);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                items[i] = new BulkStateItem(reads[i].Key, Error: problem.Message);
            }
        }

        return items;
    }

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string after, int most, CancellationToken cancellation) =>
        new RedisKeys(options, client).ListAsync(prefix, after, most, cancellation);

    public ValueTask WriteAsync(StateWrite write, CancellationToken cancellation)
    {
        StateOptions.Check(write);
        return write.IsDelete ? writes.DeleteAsync(write, cancellation) : writes.SetAsync(write, cancellation);
    }

    public ValueTask TransactAsync(IReadOnlyList<StateWrite> transaction, CancellationToken cancellation) =>
        transaction.Count == 0 ? ValueTask.CompletedTask : new RedisTransaction(options, client).RunAsync(transaction, cancellation);

    public ValueTask DisposeAsync() => client.DisposeAsync();

    private async ValueTask<StateItem?> GetHashAsync(string key, CancellationToken cancellation)
    {
        var answer = new RespReader(await client.RunAsync(RedisCommand.Of(options.ReadTimeout, "HGETALL", key), cancellation));
        return answer.IsError ? await GetTextAsync(key, cancellation) : Hash(ref answer);
    }

    private static StateItem? Hash(ref RespReader answer)
    {
        var left = answer.Array();
        if (left <= 0)
        {
            return null;
        }

        ReadOnlyMemory<byte>? data = null;
        ReadOnlyMemory<byte>? version = null;
        for (; left > 0 && (data is null || version is null); left -= 2)
        {
            var field = answer.Text();
            var value = answer.Text();
            if (field is { } name && name.Span.SequenceEqual("data"u8))
            {
                data = value;
            }
            else if (field is { } other && other.Span.SequenceEqual("version"u8))
            {
                version = value;
            }
        }

        return data is { } found && version is { } number
            ? new StateItem(found, Encoding.UTF8.GetString(number.Span))
            : throw new StateException("required hash field 'data' or 'version' was not found");
    }

    /// <summary>A key that some other program wrote as plain text.</summary>
    private async ValueTask<StateItem?> GetTextAsync(string key, CancellationToken cancellation)
    {
        var answer = new RespReader(await client.RunAsync(RedisCommand.Of(options.ReadTimeout, "GET", key), cancellation));
        return answer.Text() is { } text ? new StateItem(text, null) : null;
    }

    private async ValueTask<StateItem?> GetJsonAsync(string key, CancellationToken cancellation)
    {
        var answer = new RespReader(await client.RunAsync(RedisCommand.Of(options.ReadTimeout, "JSON.GET", key), cancellation));
        return answer.Text() is { } document ? RedisJson.Item(document) : null;
    }
}
