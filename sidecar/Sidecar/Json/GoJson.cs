using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Sidecar.Json;

/// <summary>
/// Reads JSON as Go's decoder does: the first value counts and what follows it is not looked at; broken UTF-8 becomes U+FFFD; what is
/// wrong is said in Go's words, because Dapr passes them on.
/// </summary>
public static class GoJson
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 10_000, AllowMultipleValues = true };

    public static JsonDocument Decode(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span, Options);
        try
        {
            if (JsonDocument.TryParseValue(ref reader, out var document))
            {
                return document;
            }
        }
        catch (JsonException)
        {
            // Said below, in Go's words.
        }

        throw new GoJsonException(GoSyntax.Describe(json.Span));
    }

    /// <summary>As Go's Unmarshal reads it: one value, and nothing may follow.</summary>
    public static JsonDocument DecodeWhole(ReadOnlyMemory<byte> json) =>
        IsValid(json.Span) ? Decode(json) : throw new GoJsonException(GoSyntax.Describe(json.Span, isWhole: true));

    public static bool IsValid(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 10_000 });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Decoded into Go's generic values and written again: numbers are 64-bit floats, members are sorted, the last of two wins.</summary>
    public static byte[] Normalize(JsonElement value)
    {
        var writer = new GoJsonWriter();
        Write(writer, value);
        return writer.ToArray();
    }

    public static void Write(GoJsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(writer, value);
                break;
            case JsonValueKind.Array:
                writer.BeginArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.EndArray();
                break;
            case JsonValueKind.String:
                writer.String(Text(value));
                break;
            case JsonValueKind.Number:
                WriteNumber(writer, JsonMarshal.GetRawUtf8Value(value));
                break;
            default:
                writer.Raw(JsonMarshal.GetRawUtf8Value(value));
                break;
        }
    }

    public static string Text(JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        return GoString.Unquote(raw[1..^1]);
    }

    private static void WriteObject(GoJsonWriter writer, JsonElement value)
    {
        var members = new List<(string Name, JsonElement Value)>();
        foreach (var member in value.EnumerateObject())
        {
            var name = GoString.Unquote(JsonMarshal.GetRawUtf8PropertyName(member));
            var known = members.FindIndex(other => other.Name == name);
            if (known >= 0)
            {
                members[known] = (name, member.Value);
            }
            else
            {
                members.Add((name, member.Value));
            }
        }

        members.Sort(static (one, other) => GoString.Compare(one.Name, other.Name));
        writer.BeginObject();
        foreach (var (name, member) in members)
        {
            writer.Name(name);
            Write(writer, member);
        }

        writer.EndObject();
    }

    private static void WriteNumber(GoJsonWriter writer, ReadOnlySpan<byte> raw)
    {
        // Up to fifteen digits a whole number passes through a float unharmed.
        if (raw.Length <= 15 && raw[0] != '-' && raw.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
        {
            writer.Raw(raw);
            return;
        }

        var number = double.Parse(raw);
        if (double.IsInfinity(number))
        {
            throw new GoJsonException($"json: cannot unmarshal number {Encoding.ASCII.GetString(raw)} into Go value of type float64");
        }

        writer.Number(number);
    }
}

public sealed class GoJsonException(string message) : Exception(message);
