using System.Text;
using System.Text.Json;
using Dapr.Client;

namespace Sdk.Tests.Samples;

/// <summary>State management as a first program does it.</summary>
internal static class StateSample
{
    private const string DAPR_STORE_NAME = "statestore";

    public static async Task<List<string>> Run()
    {
        var lines = new List<string>();
        using var client = new DaprClientBuilder().Build();

        for (int orderId = 1; orderId <= 3; orderId++)
        {
            var order = new SampleOrder(orderId);

            // Save state into the state store
            await client.SaveStateAsync(DAPR_STORE_NAME, orderId.ToString(), order.ToString());
            lines.Add("Saving Order: " + order);

            // Get state from the state store
            var result = await client.GetStateAsync<string>(DAPR_STORE_NAME, orderId.ToString());
            lines.Add("Getting Order: " + result);

            // Delete state from the state store
            await client.DeleteStateAsync(DAPR_STORE_NAME, orderId.ToString());
        }

        var requests = new List<StateTransactionRequest>()
        {
            new StateTransactionRequest("order_3", JsonSerializer.SerializeToUtf8Bytes("3"), StateOperationType.Upsert),
            new StateTransactionRequest("order_2", null, StateOperationType.Delete),
        };
        CancellationTokenSource source = new CancellationTokenSource();
        CancellationToken cancellationToken = source.Token;
        await client.ExecuteStateTransactionAsync(DAPR_STORE_NAME, requests, cancellationToken: cancellationToken);

        IReadOnlyList<BulkStateItem> multipleStateResult = await client.GetBulkStateAsync(DAPR_STORE_NAME, new List<string> { "order_2", "order_3" }, parallelism: 1);
        lines.AddRange(multipleStateResult.Select(item => $"{item.Key}: {item.Value}"));

        var (stored, etag) = await client.GetStateAndETagAsync<string>(DAPR_STORE_NAME, "order_3");
        var isSaved = await client.TrySaveStateAsync(DAPR_STORE_NAME, "order_3", stored + "!", etag);
        lines.Add($"saved: {isSaved}");

        await client.SaveByteStateAsync(DAPR_STORE_NAME, "bytes", Encoding.UTF8.GetBytes("text").AsMemory(), metadata: new Dictionary<string, string> { { "ttlInSeconds", "60" } });
        var bytes = await client.GetByteStateAsync(DAPR_STORE_NAME, "bytes");
        lines.Add(Encoding.UTF8.GetString(bytes.Span));
        return lines;
    }

    public sealed record SampleOrder([property: System.Text.Json.Serialization.JsonPropertyName("orderId")] int OrderId);
}
