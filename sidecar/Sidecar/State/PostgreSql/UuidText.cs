using System.Text;

namespace Sidecar.State.PostgreSql;

/// <summary>The forms of a UUID that daprd reads, and what it says of others.</summary>
internal static class UuidText
{
    public static bool TryParse(string text, out Guid uuid, out string problem)
    {
        uuid = default;
        var length = Encoding.UTF8.GetByteCount(text);
        problem = "invalid UUID format";
        var digits = length switch
        {
            32 or 36 => text,
            38 => text[1..^1],
            45 => text[9..],
            _ => null,
        };
        if (digits is null)
        {
            problem = $"invalid UUID length: {length}";
            return false;
        }

        if (length == 45 && !text.StartsWith("urn:uuid:", StringComparison.OrdinalIgnoreCase))
        {
            problem = $"invalid urn prefix: {GoInteger.Quote(text[..9])}";
            return false;
        }

        return Guid.TryParseExact(digits, length == 32 ? "N" : "D", out uuid);
    }
}
