namespace Sidecar.Grpc;

/// <summary>Binary metadata: names that end in -bin carry base64, with or without its padding.</summary>
public static class GrpcMetadata
{
    public static bool IsBinary(string name) => name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase);

    public static string Encode(ReadOnlySpan<byte> value) => Convert.ToBase64String(value).TrimEnd('=');

    public static bool TryDecode(string text, out byte[] value)
    {
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        value = new byte[padded.Length / 4 * 3];
        if (!Convert.TryFromBase64String(padded, value, out var length))
        {
            value = [];
            return false;
        }

        Array.Resize(ref value, length);
        return true;
    }
}
