using System.Text.Json;
using System.Text.Json.Serialization;

namespace Library.Defaults.Web;

/// <summary>A member of a request that may be absent, which is something else than null.</summary>
[JsonConverter(typeof(GivenConverter))]
public readonly record struct Given<T>(bool IsGiven, T? Value)
{
    public T? Or(T? otherwise) => IsGiven ? Value : otherwise;
}

internal sealed class GivenConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Given<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Of<T> : JsonConverter<Given<T>>
    {
        public override bool HandleNull => true;

        public override Given<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(IsGiven: true, JsonSerializer.Deserialize<T>(ref reader, options));

        public override void Write(Utf8JsonWriter writer, Given<T> value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            if (value.IsGiven)
            {
                JsonSerializer.Serialize(writer, value.Value, options);
            }

            writer.WriteEndArray();
        }
    }
}
