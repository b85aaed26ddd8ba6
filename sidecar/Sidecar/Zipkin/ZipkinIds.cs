using System.Globalization;

namespace Sidecar.Zipkin;

/// <summary>Ids as Zipkin takes them: lower-case hexadecimal, shorter ones filled with zeros.</summary>
internal static class ZipkinIds
{
    private const int Short = 16;
    private const int Long = 32;

    /// <summary>128 bits of which the first half is nothing are 64.</summary>
    public static string Trace(string id)
    {
        var zeros = Zeros(id, "traceId", Long);
        return zeros == id.Length ? throw new ZipkinException("traceId is all zeros")
            : id.Length == Long && zeros >= Short ? id[Short..]
            : id.PadLeft(id.Length <= Short ? Short : Long, '0');
    }

    public static string Span(string id) =>
        Zeros(id, "id", Short) == Short ? throw new ZipkinException("id is all zeros") : id.PadLeft(Short, '0');

    /// <summary>Null for a parent of zeros, which is none.</summary>
    public static string? Parent(string id) => Zeros(id, "parentId", Short) == id.Length ? null : id.PadLeft(Short, '0');

    public static UInt128 Number(string trace) => UInt128.Parse(trace, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static int Zeros(string id, string name, int longest)
    {
        if (id.Length == 0 || id.Length > longest)
        {
            throw new ZipkinException(id.Length == 0 ? $"{name} is empty" : $"{name}.length > {longest}");
        }

        return id.All(char.IsAsciiHexDigitLower) ? id.Length - id.AsSpan().TrimStart('0').Length : throw new ZipkinException($"{id} should be lower-hex encoded with no prefix");
    }
}
