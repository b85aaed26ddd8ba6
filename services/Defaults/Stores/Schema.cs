using System.Text.Json.Nodes;

namespace Library.Defaults.Stores;

/// <summary>
/// How documents of one kind are written: "schema" first, then the members of <typeparamref name="T"/>. The n-th of <paramref name="upcasts"/> makes a
/// document of schema n + 1 out of one of schema n, so that documents of any age can be read.
/// </summary>
public sealed class Schema<T>(string prefix, params IReadOnlyList<Func<JsonObject, JsonObject>> upcasts)
    where T : class
{
    private static readonly byte[] Empty = "{}"u8.ToArray();

    public string Prefix { get; } = prefix;

    public int Current { get; } = upcasts.Count + 1;

    public string KeyOf(string id) => $"{Prefix}|{id}";

    public byte[] Write(T document)
    {
        var members = StoredJson.Bytes(document);
        var head = System.Text.Encoding.UTF8.GetBytes(members.AsSpan().SequenceEqual(Empty) ? $"{{\"schema\":{Current}" : $"{{\"schema\":{Current},");
        return [.. head, .. members.AsSpan(1)];
    }

    public T? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return null;
        }

        var schema = StoredJson.Read<Head>(bytes).Schema;
        return schema == Current ? StoredJson.Read<T>(bytes) : Upcast(schema, bytes);
    }

    private T? Upcast(int schema, ReadOnlySpan<byte> bytes)
    {
        if (schema < 1 || schema > Current)
        {
            throw new InvalidOperationException($"A document {Prefix}|… has schema {schema}, this build knows 1 to {Current}: it was written by a newer one. Update this service.");
        }

        var document = JsonNode.Parse(bytes)!.AsObject();
        for (; schema < Current; schema++)
        {
            document = upcasts[schema - 1](document);
        }

        document["schema"] = Current;
        return System.Text.Json.JsonSerializer.Deserialize<T>(document, StoredJson.Options);
    }

    private readonly record struct Head(int Schema);
}
