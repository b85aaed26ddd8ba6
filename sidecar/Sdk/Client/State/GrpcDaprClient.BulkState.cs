using System.Text.Json;
using Dapr.Wire;

namespace Dapr.Client;

internal sealed partial class GrpcDaprClient
{
    private const string QueryFailed = "Query state operation failed: the Dapr endpoint indicated a failure. See InnerException for details.";

    public override async Task<IReadOnlyList<BulkStateItem>> GetBulkStateAsync(string storeName, IReadOnlyList<string> keys, int? parallelism, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        var answer = await ReadBulkAsync(storeName, keys, parallelism, metadata, cancellationToken);
        return answer.Items.Select(item => new BulkStateItem(item.Key, item.Data.ToStringUtf8(), item.Etag)).ToList();
    }

    public override async Task<IReadOnlyList<BulkStateItem<TValue>>> GetBulkStateAsync<TValue>(string storeName, IReadOnlyList<string> keys, int? parallelism, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        var answer = await ReadBulkAsync(storeName, keys, parallelism, metadata, cancellationToken);
        return answer.Items.Select(item => new BulkStateItem<TValue>(item.Key, item.Data.IsEmpty ? default! : JsonSerializer.Deserialize<TValue>(item.Data.Span, JsonSerializerOptions)!, item.Etag)).ToList();
    }

    public override async Task SaveBulkStateAsync<TValue>(string storeName, IReadOnlyList<SaveStateItem<TValue>> items, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ThrowIfEmpty(items, nameof(items));
        var request = new Protos.SaveStateRequest { StoreName = storeName };
        request.States.AddRange(items.Select(item => StateItemOf(item.Key, ToJsonUnlessNull(item.Value), item.ETag, item.StateOptions, item.Metadata)));
        await AskAsync(StateMethods.Save, request, StateFailed, cancellationToken, WireFields.None);
    }

    public override async Task DeleteBulkStateAsync(string storeName, IReadOnlyList<BulkDeleteStateItem> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        var request = new Protos.DeleteBulkStateRequest { StoreName = storeName };
        request.States.AddRange(items.Select(item => StateItemOf(item.Key, null, item.ETag, item.StateOptions, item.Metadata)));
        await AskAsync(StateMethods.DeleteBulk, request, StateFailed, cancellationToken);
    }

    public override async Task<StateQueryResponse<TValue>> QueryStateAsync<TValue>(string storeName, string jsonQuery, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        var request = new Protos.QueryStateRequest { StoreName = storeName, Query = jsonQuery };
        Fill(request.Metadata, metadata);
        var answer = await AskAsync(StateMethods.Query, request, QueryFailed, cancellationToken);
        var read = answer.Results
            .Where(item => item.Error.Length == 0)
            .Select(item => new StateQueryItem<TValue>(item.Key, FromJson<TValue>(item.Data, StateUnreadable), item.Etag, item.Error))
            .ToList();
        var response = new StateQueryResponse<TValue>(read, answer.Token, Copy(answer.Metadata));
        var failed = answer.Results.Where(item => item.Error.Length > 0).Select(item => item.Key).ToList();
        return failed.Count == 0
            ? response
            : throw new StateQueryException<TValue>("Encountered an error while processing state query results.", response, failed);
    }

    private ValueTask<Protos.GetBulkStateResponse> ReadBulkAsync(string storeName, IReadOnlyList<string> keys, int? parallelism, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ThrowIfEmpty(keys, nameof(keys));
        var request = new Protos.GetBulkStateRequest { StoreName = storeName, Parallelism = parallelism ?? 0, Keys = { keys } };
        Fill(request.Metadata, metadata);
        return AskAsync(StateMethods.GetBulk, request, StateFailed, cancellationToken);
    }
}
