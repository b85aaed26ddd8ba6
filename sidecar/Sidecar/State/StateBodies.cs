using System.Text.Json;
using Sidecar.Json;

namespace Sidecar.State;

/// <summary>The bodies of the state API over HTTP, read into requests.</summary>
internal static class StateBodies
{
    public static List<StateWrite> Save(ReadOnlyMemory<byte> body)
    {
        using var document = GoJson.Decode(body);
        var writes = new List<StateWrite>();
        if (document.RootElement.ValueKind == JsonValueKind.Null)
        {
            return writes;
        }

        GoBinder.Require(document.RootElement, JsonValueKind.Array, "", "[]state.SetRequest");
        foreach (var item in document.RootElement.EnumerateArray())
        {
            writes.Add(SetRequest(item));
        }

        return writes;
    }

    public static BulkGetBody BulkGet(ReadOnlyMemory<byte> body)
    {
        using var document = GoJson.Decode(body);
        var request = new BulkGetBody([], 0, null);
        if (document.RootElement.ValueKind == JsonValueKind.Null)
        {
            return request;
        }

        GoBinder.Require(document.RootElement, JsonValueKind.Object, "", "http.BulkGetRequest");
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.Is("keys"))
            {
                request = request with { Keys = GoBinder.Strings(member.Value, "BulkGetRequest.keys") };
            }
            else if (member.Is("parallelism"))
            {
                request = request with { Parallelism = GoBinder.Int(member.Value, "BulkGetRequest.parallelism") };
            }
            else if (member.Is("metadata"))
            {
                request = request with { Metadata = GoBinder.Map(member.Value, "BulkGetRequest.metadata") };
            }
        }

        return request;
    }

    /// <summary>An object of metadata over which the query's entries are laid; the query wins.</summary>
    public static IReadOnlyDictionary<string, string> Merge(IReadOnlyDictionary<string, string>? own, IReadOnlyDictionary<string, string> query)
    {
        if (own is null || own.Count == 0 || query.Count == 0)
        {
            return own is null || own.Count == 0 ? query : own;
        }

        var merged = new Dictionary<string, string>(own, StringComparer.Ordinal);
        foreach (var (name, value) in query)
        {
            merged[name] = value;
        }

        return merged;
    }

    private static readonly StateValue NullValue = new("null"u8.ToArray(), IsJson: true);

    private static StateWrite SetRequest(JsonElement item)
    {
        var write = new StateWrite("") { Value = NullValue };
        if (item.ValueKind == JsonValueKind.Null)
        {
            return write;
        }

        GoBinder.Require(item, JsonValueKind.Object, "", "state.SetRequest");
        foreach (var member in item.EnumerateObject())
        {
            write = SetField(write, member);
        }

        return write;
    }

    private static StateWrite SetField(StateWrite write, JsonProperty member)
    {
        if (member.Is("key"))
        {
            return write with { Key = GoBinder.String(member.Value, "SetRequest.key") };
        }

        if (member.Is("value"))
        {
            return write with { Value = new(GoJson.Normalize(member.Value), IsJson: true) };
        }

        if (member.Is("etag"))
        {
            return write with { ETag = GoBinder.Pointer(member.Value, "SetRequest.etag") };
        }

        if (member.Is("metadata"))
        {
            return write with { Metadata = GoBinder.Map(member.Value, "SetRequest.metadata") };
        }

        if (member.Is("contentType"))
        {
            return write with { ContentType = GoBinder.Pointer(member.Value, "SetRequest.contentType") };
        }

        return member.Is("options") ? SetOptions(write, member.Value) : write;
    }

    private static StateWrite SetOptions(StateWrite write, JsonElement options)
    {
        if (options.ValueKind == JsonValueKind.Null)
        {
            return write;
        }

        GoBinder.Require(options, JsonValueKind.Object, "SetRequest.options", "state.SetStateOption");
        foreach (var member in options.EnumerateObject())
        {
            if (member.Is("concurrency"))
            {
                write = write with { Concurrency = GoBinder.String(member.Value, "SetStateOption.options.Concurrency") };
            }
            else if (member.Is("consistency"))
            {
                write = write with { Consistency = GoBinder.String(member.Value, "SetStateOption.options.Consistency") };
            }
        }

        return write;
    }
}

internal sealed record BulkGetBody(IReadOnlyList<string> Keys, int Parallelism, IReadOnlyDictionary<string, string>? Metadata);
