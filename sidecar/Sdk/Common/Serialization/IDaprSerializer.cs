namespace Dapr.Common.Serialization;

/// <summary>How values become text and texts become values. Nothing is an empty text.</summary>
public interface IDaprSerializer
{
    /// <summary>The text of a value.</summary>
    string Serialize<T>(T value);

    /// <summary>The text of a value, of its own type unless told otherwise.</summary>
    string Serialize(object? value, Type? inputType = null);

    /// <summary>The value of a text.</summary>
    T? Deserialize<T>(string? data);

    /// <summary>The value of a text.</summary>
    object? Deserialize(string? data, Type returnType);
}
