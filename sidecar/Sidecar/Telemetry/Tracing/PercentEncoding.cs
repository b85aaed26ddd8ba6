using System.Text;

namespace Sidecar.Telemetry.Tracing;

/// <summary>Percent escapes of a path or a header value; a plus sign is itself.</summary>
public static class PercentEncoding
{
    /// <summary>Bytes that are no UTF-8 become U+FFFD. <paramref name="broken"/> is the first escape that is none.</summary>
    public static bool TryDecode(string text, out string decoded, out string broken)
    {
        (decoded, broken) = (text, "");
        if (!text.Contains('%'))
        {
            return true;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != '%')
            {
                bytes[length++] = bytes[i];
                continue;
            }

            if (i + 2 >= bytes.Length || !char.IsAsciiHexDigit((char)bytes[i + 1]) || !char.IsAsciiHexDigit((char)bytes[i + 2]))
            {
                broken = Encoding.UTF8.GetString(bytes.AsSpan(i, Math.Min(3, bytes.Length - i)));
                return false;
            }

            bytes[length++] = (byte)((Uri.FromHex((char)bytes[i + 1]) << 4) | Uri.FromHex((char)bytes[i + 2]));
            i += 2;
        }

        decoded = Encoding.UTF8.GetString(bytes, 0, length);
        return true;
    }

    /// <summary>As it came when an escape is broken.</summary>
    public static string Decode(string text) => TryDecode(text, out var decoded, out _) ? decoded : text;
}
