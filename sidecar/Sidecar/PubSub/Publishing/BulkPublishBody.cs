using System.Runtime.InteropServices;
using System.Text.Json;
using Sidecar.Json;
using Sidecar.PubSub.Envelope;

namespace Sidecar.PubSub.Publishing;

/// <summary>The body of a bulk publish over HTTP.</summary>
internal static class BulkPublishBody
{
    private const string Struct = "bulkPublishMessageEntry";
    private const string Mismatch = "error: mismatch between contentType and event";

    /// <summary>Throws <see cref="GoJsonException"/> for what is no list of entries, <see cref="BulkEntryException"/> for an entry that cannot be.</summary>
    public static List<BulkPublishEntry> Read(ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> metadata)
    {
        using var document = GoJson.Decode(body);
        var read = new List<Fields>();
        if (document.RootElement.ValueKind != JsonValueKind.Null)
        {
            GoBinder.Require(document.RootElement, JsonValueKind.Array, "", $"[]http.{Struct}");
            foreach (var item in document.RootElement.EnumerateArray())
            {
                read.Add(Bind(item));
            }
        }

        var entries = new List<BulkPublishEntry>(read.Count);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var fields in read)
        {
            var data = Bytes(fields);
            RequireNew(ids, fields.Id);
            entries.Add(new(fields.Id, data, fields.ContentType, BulkPublishEntry.Merge(metadata, fields.Metadata)));
        }

        return entries;
    }

    public static void RequireNew(HashSet<string> ids, string id)
    {
        if (id.Length == 0 || !ids.Add(id))
        {
            throw new BulkEntryException("entryId is duplicated or not present for entry", isId: true);
        }
    }

    private static Fields Bind(JsonElement item)
    {
        var fields = new Fields("", default, "", null);
        if (item.ValueKind == JsonValueKind.Null)
        {
            return fields;
        }

        GoBinder.Require(item, JsonValueKind.Object, "", $"http.{Struct}");
        foreach (var member in item.EnumerateObject())
        {
            if (member.Is("entryId"))
            {
                fields = fields with { Id = GoBinder.String(member.Value, $"{Struct}.entryId") };
            }
            else if (member.Is("event"))
            {
                fields = fields with { Event = member.Value };
            }
            else if (member.Is("contentType"))
            {
                fields = fields with { ContentType = GoBinder.String(member.Value, $"{Struct}.contentType") };
            }
            else if (member.Is("metadata"))
            {
                fields = fields with { Metadata = GoBinder.Map(member.Value, $"{Struct}.metadata") };
            }
        }

        return fields;
    }

    private static ReadOnlyMemory<byte> Bytes(Fields fields)
    {
        var isText = fields.Event.ValueKind == JsonValueKind.String;
        if (ContentTypes.IsBinary(fields.ContentType))
        {
            return isText ? Decoded(GoJson.Text(fields.Event)) : throw new BulkEntryException(Mismatch);
        }

        if (ContentTypes.IsText(fields.ContentType))
        {
            return isText ? System.Text.Encoding.UTF8.GetBytes(GoJson.Text(fields.Event)) : throw new BulkEntryException(Mismatch);
        }

        if (!ContentTypes.IsJson(fields.ContentType) && !ContentTypes.IsCloudEvent(fields.ContentType))
        {
            throw new BulkEntryException(Mismatch);
        }

        if (fields.Event.ValueKind == JsonValueKind.Undefined)
        {
            return "null"u8.ToArray();
        }

        var raw = JsonMarshal.GetRawUtf8Value(fields.Event);
        var json = new JsonBuffer(raw.Length + 16);
        JsonCopy.CopyWithFloats(raw, json);
        return json.Written;
    }

    private static byte[] Decoded(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            throw new BulkEntryException($"error: unable to decode base64 application/octect-stream data: illegal base64 data at input byte {FirstIllegal(base64)}");
        }
    }

    private static int FirstIllegal(string base64)
    {
        var at = base64.AsSpan().IndexOfAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/\r\n");
        return at < 0 ? base64.Length / 4 * 4 : at;
    }

    private sealed record Fields(string Id, JsonElement Event, string ContentType, Dictionary<string, string>? Metadata);
}

/// <summary>An entry that cannot be published; the reason lies in its id or in its event.</summary>
internal sealed class BulkEntryException(string message, bool isId = false) : Exception(message)
{
    public bool IsId { get; } = isId;
}
