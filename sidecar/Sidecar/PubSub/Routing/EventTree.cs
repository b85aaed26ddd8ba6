using System.Text.Json;
using Sidecar.Json;

namespace Sidecar.PubSub.Routing;

/// <summary>JSON as values of CEL: numbers are floats, as Go's decoder makes them.</summary>
internal static class EventTree
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 10_000 };

    /// <summary>The text must be one valid JSON value.</summary>
    public static object? Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        var open = new Stack<(object Container, string Name)>();
        object? root = null;
        var name = "";
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = GoString.Unquote(reader.ValueSpan);
                    continue;
                case JsonTokenType.StartObject:
                    open.Push((new CelMap(), name));
                    continue;
                case JsonTokenType.StartArray:
                    open.Push((new List<object?>(), name));
                    continue;
            }

            object? value;
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                (value, name) = open.Pop();
            }
            else
            {
                value = Scalar(ref reader);
            }

            if (!open.TryPeek(out var outer))
            {
                root = value;
            }
            else if (outer.Container is CelMap map)
            {
                map[name] = value;
            }
            else
            {
                ((List<object?>)outer.Container).Add(value);
            }
        }

        return root;
    }

    private static object? Scalar(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => GoString.Unquote(reader.ValueSpan),
        JsonTokenType.Number => double.Parse(reader.ValueSpan),
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => null,
    };
}
