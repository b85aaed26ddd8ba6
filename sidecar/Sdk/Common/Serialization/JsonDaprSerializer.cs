using System.Text.Json;

namespace Dapr.Common.Serialization;

/// <summary>Values as JSON.</summary>
public class JsonDaprSerializer : IDaprSerializer
{
    // One for all: what System.Text.Json learns about types stays with its options.
    private static readonly JsonSerializerOptions WithFields = new(JsonSerializerDefaults.Web) { IncludeFields = true };
    private readonly JsonSerializerOptions options;

    /// <summary>JSON as on the web, fields included.</summary>
    public JsonDaprSerializer()
        : this(WithFields)
    {
    }

    /// <summary>JSON as the options say.</summary>
    public JsonDaprSerializer(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
    }

    /// <inheritdoc/>
    public string Serialize<T>(T value) => value is null ? "" : JsonSerializer.Serialize(value, options);

    /// <inheritdoc/>
    public string Serialize(object? value, Type? inputType = null) =>
        value is null ? "" : JsonSerializer.Serialize(value, inputType ?? value.GetType(), options);

    /// <inheritdoc/>
    public T? Deserialize<T>(string? data) => string.IsNullOrEmpty(data) ? default : JsonSerializer.Deserialize<T>(data, options);

    /// <summary>The bytes of a value.</summary>
    public byte[] SerializeToUtf8Bytes<T>(T value) => value is null ? [] : JsonSerializer.SerializeToUtf8Bytes(value, options);

    /// <summary>The value of bytes.</summary>
    public T? DeserializeFromUtf8Bytes<T>(ReadOnlySpan<byte> utf8Json) => utf8Json.IsEmpty ? default : JsonSerializer.Deserialize<T>(utf8Json, options);

    /// <inheritdoc/>
    public object? Deserialize(string? data, Type returnType)
    {
        ArgumentNullException.ThrowIfNull(returnType);
        return string.IsNullOrEmpty(data) ? null : JsonSerializer.Deserialize(data, returnType, options);
    }
}
