using System.Text.Json;
using Sidecar.Json;

namespace Sidecar.State;

internal sealed record TransactionOperation(string Operation, JsonElement Request);

/// <summary>The body of a transaction. Its requests are plain values until <see cref="TransactionRequest"/> reads them.</summary>
internal sealed class TransactionBody : IDisposable
{
    private readonly JsonDocument json;

    private TransactionBody(JsonDocument json, List<TransactionOperation> operations)
    {
        this.json = json;
        Operations = operations;
    }

    public IReadOnlyList<TransactionOperation> Operations { get; }

    public static TransactionBody Read(ReadOnlyMemory<byte> body)
    {
        var document = GoJson.Decode(body);
        var operations = new List<TransactionOperation>();
        if (document.RootElement.ValueKind != JsonValueKind.Null)
        {
            GoBinder.Require(document.RootElement, JsonValueKind.Object, "", "http.stateTransactionRequestBody");
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Is("operations"))
                {
                    ReadOperations(member.Value, operations);
                }
                else if (member.Is("metadata"))
                {
                    GoBinder.Map(member.Value, "stateTransactionRequestBody.metadata");
                }
            }
        }

        return new TransactionBody(document, operations);
    }

    public void Dispose() => json.Dispose();

    private static void ReadOperations(JsonElement value, List<TransactionOperation> operations)
    {
        operations.Clear();
        if (value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        GoBinder.Require(value, JsonValueKind.Array, "stateTransactionRequestBody.operations", "[]http.stateTransactionRequestBodyOperation");
        foreach (var item in value.EnumerateArray())
        {
            var operation = new TransactionOperation("", default);
            if (item.ValueKind != JsonValueKind.Null)
            {
                GoBinder.Require(item, JsonValueKind.Object, "stateTransactionRequestBody.operations", "http.stateTransactionRequestBodyOperation");
                foreach (var member in item.EnumerateObject())
                {
                    operation = member.Is("operation")
                        ? operation with { Operation = GoBinder.String(member.Value, "stateTransactionRequestBodyOperation.operations.operation") }
                        : member.Is("request") ? operation with { Request = member.Value } : operation;
                }
            }

            operations.Add(operation);
        }
    }
}
