using System.Text;
using System.Text.Json;
using Sidecar.Json;

namespace Sidecar.PubSub.Envelope;

/// <summary>
/// Copies JSON values from text to text as a round trip through Go's decoder changes them: no white space, strings escaped anew.
/// Members keep their order, since nobody reads meaning into it.
/// </summary>
internal static class JsonCopy
{
    private static readonly JsonReaderOptions FirstValueOnly = new() { MaxDepth = 10_000, AllowMultipleValues = true };

    /// <summary>Numbers keep their text. False when the text does not begin with a JSON value; what was written is then to be thrown away.</summary>
    public static bool TryCopy(ReadOnlySpan<byte> json, JsonBuffer target)
    {
        var reader = new Utf8JsonReader(json, FirstValueOnly);
        try
        {
            if (!reader.Read())
            {
                return false;
            }

            Value(ref reader, target, asFloats: false);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Numbers become 64-bit floats, which is what Go makes of them where nobody asked for more.</summary>
    public static void CopyWithFloats(ReadOnlySpan<byte> json, JsonBuffer target)
    {
        var reader = new Utf8JsonReader(json, FirstValueOnly);
        reader.Read();
        Value(ref reader, target, asFloats: true);
    }

    /// <summary>The value that <paramref name="reader"/> stands on.</summary>
    public static void Value(ref Utf8JsonReader reader, JsonBuffer target, bool asFloats)
    {
        var depth = reader.CurrentDepth;
        var isFirst = true;
        do
        {
            var token = reader.TokenType;
            if (!isFirst && token is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
            {
                target.Raw((byte)',');
            }

            isFirst = token is JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName;
            Token(ref reader, target, asFloats);
        }
        while ((reader.CurrentDepth > depth || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) && reader.Read());
    }

    private static void Token(ref Utf8JsonReader reader, JsonBuffer target, bool asFloats)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                target.Raw((byte)'{');
                break;
            case JsonTokenType.EndObject:
                target.Raw((byte)'}');
                break;
            case JsonTokenType.StartArray:
                target.Raw((byte)'[');
                break;
            case JsonTokenType.EndArray:
                target.Raw((byte)']');
                break;
            case JsonTokenType.PropertyName:
                target.Quoted(reader.ValueSpan);
                target.Raw((byte)':');
                break;
            case JsonTokenType.String:
                target.Quoted(reader.ValueSpan);
                break;
            case JsonTokenType.Number when asFloats:
                Float(reader.ValueSpan, target);
                break;
            default:
                target.Raw(reader.ValueSpan);
                break;
        }
    }

    private static void Float(ReadOnlySpan<byte> number, JsonBuffer target)
    {
        // Up to fifteen digits a whole number passes through a float unharmed.
        if (number.Length <= 15 && number[0] != '-' && number.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
        {
            target.Raw(number);
            return;
        }

        RequireFloat(number);
        target.Raw(Encoding.ASCII.GetBytes(GoNumber.Format(double.Parse(number))));
    }

    /// <summary>Throws <see cref="GoJsonException"/> for a number that is too large for a float.</summary>
    public static void RequireFloat(ReadOnlySpan<byte> number)
    {
        var isShort = number.Length < 300 && number.IndexOfAny((byte)'e', (byte)'E') < 0;
        if (!isShort && !double.IsFinite(double.Parse(number)))
        {
            throw new GoJsonException($"json: cannot unmarshal number {Encoding.ASCII.GetString(number)} into Go value of type float64");
        }
    }
}
