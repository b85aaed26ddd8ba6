using System.Text.Json;
using Sidecar.Json;

namespace Sidecar.PubSub.Delivery;

/// <summary>What an app says about each entry of a batch. Where it says nothing the entry comes again.</summary>
internal static class BulkAnswer
{
    private const string Struct = "AppBulkResponse";

    /// <summary>Throws when an entry has to come again.</summary>
    public static void Settle(IReadOnlyList<BulkEntry> entries, ReadOnlyMemory<byte> body, ILogger log)
    {
        try
        {
            Settle(entries, Read(body), log);
        }
        catch (GoJsonException problem)
        {
            throw new DeliveryException($"failed unmarshalling app response for bulk subscribe: {problem.Message}", problem);
        }
    }

    public static void Settle(IReadOnlyList<BulkEntry> entries, IReadOnlyList<(string Id, string Status)> statuses, ILogger log)
    {
        var byId = new Dictionary<string, BulkEntry>(entries.Count, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            byId[entry.Id] = entry;
            entry.Failure = new DeliveryException($"response not received, RETRY required while processing bulk subscribe event for entry id: {entry.Id}");
        }

        foreach (var (id, status) in statuses)
        {
            if (!byId.TryGetValue(id, out var entry))
            {
                log.LogWarning("Invalid entry id received from app while processing pub/sub event {Id}", id);
                continue;
            }

            entry.Failure = Failure(id, status);
            entry.IsDropped = status == AppAnswer.Drop;
            if (entry.IsDropped)
            {
                log.LogWarning("DROP status returned from app while processing pub/sub event {Id}", id);
            }
        }

        foreach (var entry in entries)
        {
            if (entry.Failure is not null)
            {
                throw new DeliveryException("few message(s) have failed during bulk subscribe operation");
            }
        }
    }

    public static void Accept(IReadOnlyList<BulkEntry> entries)
    {
        foreach (var entry in entries)
        {
            entry.Failure = null;
        }
    }

    private static DeliveryException? Failure(string id, string status) => status switch
    {
        AppAnswer.Success or AppAnswer.Drop => null,
        AppAnswer.Retry or "" => new($"RETRY required while processing bulk subscribe event for entry id: {id}"),
        _ => new($"unknown status returned from app while processing bulk subscribe event {id}: {status}"),
    };

    private static List<(string Id, string Status)> Read(ReadOnlyMemory<byte> body)
    {
        using var document = GoJson.Decode(body);
        var statuses = new List<(string Id, string Status)>();
        if (document.RootElement.ValueKind == JsonValueKind.Null)
        {
            return statuses;
        }

        GoBinder.Require(document.RootElement, JsonValueKind.Object, "", $"pubsub.{Struct}");
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (!member.Is("statuses") || member.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            GoBinder.Require(member.Value, JsonValueKind.Array, $"{Struct}.statuses", "[]pubsub.AppBulkResponseEntry");
            foreach (var item in member.Value.EnumerateArray())
            {
                statuses.Add(Entry(item));
            }
        }

        return statuses;
    }

    private static (string Id, string Status) Entry(JsonElement item)
    {
        var (id, status) = ("", "");
        if (item.ValueKind == JsonValueKind.Null)
        {
            return (id, status);
        }

        GoBinder.Require(item, JsonValueKind.Object, $"{Struct}.statuses", "pubsub.AppBulkResponseEntry");
        foreach (var member in item.EnumerateObject())
        {
            if (member.Is("entryId"))
            {
                id = GoBinder.String(member.Value, "AppBulkResponseEntry.statuses.entryId");
            }
            else if (member.Is("status"))
            {
                status = GoBinder.String(member.Value, "AppBulkResponseEntry.statuses.status");
            }
        }

        return (id, status);
    }
}
