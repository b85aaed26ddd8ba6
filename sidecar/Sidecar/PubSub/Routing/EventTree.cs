using System.Runtime.CompilerServices;
using System.Text.Json;
using Sidecar.Json;

namespace Sidecar.PubSub.Routing;

/// <summary>JSON as values of CEL and back: numbers are floats, as Go's decoder makes them.</summary>
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

    /// <summary>Members in the order of their names, as Go writes maps.</summary>
    public static byte[] Write(object? value)
    {
        var json = new GoJsonWriter();
        Write(json, value);
        return json.ToArray();
    }

    /// <summary>Throws <see cref="Delivery.DeliveryException"/> where a tree is too deep to be walked.</summary>
    public static void RequireStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new Delivery.DeliveryException("the event is too deeply nested");
        }
    }

    private static void Write(GoJsonWriter json, object? value)
    {
        RequireStack();
        switch (value)
        {
            case string text:
                json.String(text);
                break;
            case double number:
                json.Number(number);
                break;
            case bool yes:
                json.Raw(yes ? "true"u8 : "false"u8);
                break;
            case List<object?> list:
                json.BeginArray();
                list.ForEach(item => Write(json, item));
                json.EndArray();
                break;
            case CelMap map:
                json.BeginObject();
                foreach (var (name, member) in map.OrderBy(static member => (string)member.Key, Comparer<string>.Create(GoString.Compare)))
                {
                    json.Name((string)name);
                    Write(json, member);
                }

                json.EndObject();
                break;
            default:
                json.Null();
                break;
        }
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
