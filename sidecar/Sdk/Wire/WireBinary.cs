namespace Dapr.Wire;

/// <summary>Bytes in a header: base64 that servers write with or without padding.</summary>
internal static class WireBinary
{
    public static string Write(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    public static bool TryRead(string text, out byte[] bytes)
    {
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var room = new byte[padded.Length / 4 * 3];
        var isRead = Convert.TryFromBase64String(padded, room, out var length);
        bytes = room[..length];
        return isRead;
    }
}
