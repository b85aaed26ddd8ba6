namespace Sidecar.Invocation;

/// <summary>
/// The content type of an answer whose app gave none, as servers in Go guess it from its first bytes (mimesniff.spec.whatwg.org).
/// </summary>
public static class ContentSniffer
{
    private const int Looks = 512;

    private static readonly string[] Html =
    [
        "<!DOCTYPE HTML", "<HTML", "<HEAD", "<SCRIPT", "<IFRAME", "<H1", "<DIV", "<FONT", "<TABLE", "<A", "<STYLE", "<TITLE", "<B", "<BODY", "<BR", "<P", "<!--",
    ];

    private static readonly (byte[] Start, string Type)[] Signatures =
    [
        ("%PDF-"u8.ToArray(), "application/pdf"),
        ("%!PS-Adobe-"u8.ToArray(), "application/postscript"),
        ([0xFE, 0xFF], "text/plain; charset=utf-16be"),
        ([0xFF, 0xFE], "text/plain; charset=utf-16le"),
        ([0xEF, 0xBB, 0xBF], "text/plain; charset=utf-8"),
        ([0, 0, 1, 0], "image/x-icon"),
        ([0, 0, 2, 0], "image/x-icon"),
        ("BM"u8.ToArray(), "image/bmp"),
        ("GIF87a"u8.ToArray(), "image/gif"),
        ("GIF89a"u8.ToArray(), "image/gif"),
        ([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], "image/png"),
        ([0xFF, 0xD8, 0xFF], "image/jpeg"),
        ("ID3"u8.ToArray(), "audio/mpeg"),
        ("OggS\0"u8.ToArray(), "application/ogg"),
        ("MThd\0\0\0\u0006"u8.ToArray(), "audio/midi"),
        ([0x1A, 0x45, 0xDF, 0xA3], "video/webm"),
        ([0, 1, 0, 0], "font/ttf"),
        ("OTTO"u8.ToArray(), "font/otf"),
        ("ttcf"u8.ToArray(), "font/collection"),
        ("wOFF"u8.ToArray(), "font/woff"),
        ("wOF2"u8.ToArray(), "font/woff2"),
        ([0x1F, 0x8B, 0x08], "application/x-gzip"),
        ("PK\u0003\u0004"u8.ToArray(), "application/zip"),
        ("Rar!\u001A\u0007\0"u8.ToArray(), "application/x-rar-compressed"),
        ("Rar!\u001A\u0007\u0001\0"u8.ToArray(), "application/x-rar-compressed"),
        ("\0asm"u8.ToArray(), "application/wasm"),
    ];

    private static readonly (byte[] Kind, string Type)[] Riff =
    [
        ("WEBPVP"u8.ToArray(), "image/webp"), ("AVI "u8.ToArray(), "video/avi"), ("WAVE"u8.ToArray(), "audio/wave"),
    ];

    public static string TypeOf(ReadOnlySpan<byte> body)
    {
        var start = body[..Math.Min(Looks, body.Length)];
        var text = start.TrimStart("\t\n\f\r "u8);
        if (text.Length > 0 && text[0] == '<' && Array.Exists(Html, new Markup(text).Opens))
        {
            return "text/html; charset=utf-8";
        }

        if (text.StartsWith("<?xml"u8))
        {
            return "text/xml; charset=utf-8";
        }

        foreach (var (signature, type) in Signatures)
        {
            if (start.StartsWith(signature))
            {
                return type;
            }
        }

        foreach (var (kind, type) in Riff)
        {
            if (start.StartsWith("RIFF"u8) && start.Length > 8 && start[8..].StartsWith(kind))
            {
                return type;
            }
        }

        return IsMp4(start) ? "video/mp4" : IsBinary(start) ? "application/octet-stream" : "text/plain; charset=utf-8";
    }

    private static bool IsMp4(ReadOnlySpan<byte> start) => start.Length >= 12 && start[4..].StartsWith("ftyp"u8) && start[8..].StartsWith("mp4"u8);

    private static bool IsBinary(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b is <= 0x08 or 0x0B or (>= 0x0E and <= 0x1A) or (>= 0x1C and <= 0x1F))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A tag ends where a space or a bracket follows; upper and lower case are one.</summary>
    private readonly struct Markup(ReadOnlySpan<byte> text)
    {
        private readonly string text = System.Text.Encoding.Latin1.GetString(text[..Math.Min(16, text.Length)]);

        public bool Opens(string tag) =>
            text.StartsWith(tag, StringComparison.OrdinalIgnoreCase) && text.Length > tag.Length && text[tag.Length] is ' ' or '>';
    }
}
