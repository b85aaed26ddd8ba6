using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace Sidecar.Telemetry.Tracing;

/// <summary>Which span of which trace a call belongs to, and whether that trace is recorded.</summary>
public readonly record struct TraceContext(UInt128 TraceId, ulong SpanId, byte Flags, string? State = null)
{
    /// <summary>What travels where nothing is traced and nobody sent a trace: Dapr writes it all the same.</summary>
    public const string EmptyTraceparent = "00-00000000000000000000000000000000-0000000000000000-00";

    private const byte SampledFlag = 1;
    private const byte NewestVersion = 254;
    private const int BinaryLength = 29;
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    public bool IsValid => TraceId != UInt128.Zero && SpanId != 0;

    public bool IsSampled => (Flags & SampledFlag) != 0;

    public TraceContext WithSampled(bool sampled) => this with { Flags = (byte)(sampled ? Flags | SampledFlag : Flags & ~SampledFlag) };

    /// <summary>
    /// Reads a W3C traceparent. Ids are lower-case and not zero, a version to come may carry more; the flags may be longer and in
    /// capitals, as Dapr lets them be.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TraceContext context)
    {
        context = default;
        if (text.Length < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-' || !TryParseByte(text[..2], out var version) || version > NewestVersion)
        {
            return false;
        }

        var flags = text[53..];
        var end = flags.IndexOf('-');
        if (end >= 0)
        {
            if (version == 0)
            {
                return false;
            }

            flags = flags[..end];
        }

        if (flags.IsEmpty || flags.Length % 2 != 0 || flags.ContainsAnyExcept("0123456789abcdefABCDEF") || !TryParseByte(flags[..2], out var flag))
        {
            return false;
        }

        return TryParseIds(text[3..35], text[36..52], flag, out context);
    }

    /// <summary>Reads the value of a grpc-trace-bin header; it may lack the span and the flags.</summary>
    public static bool TryReadBinary(ReadOnlySpan<byte> bytes, out TraceContext context)
    {
        context = default;
        if (bytes.Length < 18 || bytes[0] != 0 || bytes[1] != 0)
        {
            return false;
        }

        var trace = BinaryPrimitives.ReadUInt128BigEndian(bytes[2..]);
        var rest = bytes[18..];
        var span = 0UL;
        if (rest.Length >= 9 && rest[0] == 1)
        {
            span = BinaryPrimitives.ReadUInt64BigEndian(rest[1..]);
            rest = rest[9..];
        }

        context = new TraceContext(trace, span, rest.Length >= 2 && rest[0] == 2 ? rest[1] : (byte)0);
        return true;
    }

    public byte[] ToBinary()
    {
        var bytes = new byte[BinaryLength];
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(2), TraceId);
        bytes[18] = 1;
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(19), SpanId);
        bytes[27] = 2;
        bytes[28] = Flags;
        return bytes;
    }

    public string ToTraceparent() => string.Create(55, this, static (text, context) =>
    {
        "00-".CopyTo(text);
        context.TraceId.TryFormat(text[3..], out _, "x32");
        text[35] = '-';
        context.SpanId.TryFormat(text[36..], out _, "x16");
        text[52] = '-';
        context.Flags.TryFormat(text[53..], out _, "x2");
    });

    private static bool TryParseIds(ReadOnlySpan<char> trace, ReadOnlySpan<char> span, byte flags, out TraceContext context)
    {
        context = default;
        if (trace.ContainsAnyExcept(LowerHex) || span.ContainsAnyExcept(LowerHex))
        {
            return false;
        }

        var parsed = new TraceContext(
            UInt128.Parse(trace, NumberStyles.AllowHexSpecifier), ulong.Parse(span, NumberStyles.AllowHexSpecifier), flags);
        if (!parsed.IsValid)
        {
            return false;
        }

        context = parsed;
        return true;
    }

    private static bool TryParseByte(ReadOnlySpan<char> text, out byte value) =>
        byte.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
