using Sidecar.State;

namespace Sidecar.Bindings;

/// <summary>One field of a schedule: the range of its numbers and the names that some of them have.</summary>
internal sealed record CronField(int Least, int Most, params string[] Names)
{
    /// <summary>Set where a field is open (*, ?): it then adds no day of its own.</summary>
    public const ulong Open = 1UL << 63;

    public static readonly CronField Second = new(0, 59);
    public static readonly CronField Minute = new(0, 59);
    public static readonly CronField Hour = new(0, 23);
    public static readonly CronField Day = new(1, 31);
    public static readonly CronField Month = new(1, 12, "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    public static readonly CronField Weekday = new(0, 6, "sun", "mon", "tue", "wed", "thu", "fri", "sat");

    /// <summary>A bit for each number that the text names.</summary>
    public ulong Parse(string text)
    {
        var bits = 0UL;
        foreach (var range in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            bits |= Range(range);
        }

        return bits;
    }

    private ulong Range(string text)
    {
        var parts = text.Split('/');
        var ends = parts[0].Split('-');
        var isOpen = ends[0] is "*" or "?";
        var from = isOpen ? Least : Number(ends[0], Names);
        if (!isOpen && ends.Length > 2)
        {
            throw new FormatException($"too many hyphens: {text}");
        }

        var to = isOpen ? Most : ends.Length == 1 ? from : Number(ends[1], Names);
        if (parts.Length > 2)
        {
            throw new FormatException($"too many slashes: {text}");
        }

        var step = parts.Length == 1 ? 1 : Number(parts[1], []);
        if (parts.Length == 2 && ends.Length == 1)
        {
            to = Most;
        }

        Check(text, from, to, step);
        var bits = isOpen && step == 1 ? Open : 0;
        for (var number = from; number <= to; number += step)
        {
            bits |= 1UL << (int)number;
        }

        return bits;
    }

    private void Check(string text, long from, long to, long step)
    {
        var problem =
            from < Least ? $"beginning of range ({from}) below minimum ({Least}): {text}" :
            to > Most ? $"end of range ({to}) above maximum ({Most}): {text}" :
            from > to ? $"beginning of range ({from}) beyond end of range ({to}): {text}" :
            step == 0 ? $"step of range should be a positive number: {text}" : null;
        if (problem is not null)
        {
            throw new FormatException(problem);
        }
    }

    private long Number(string text, string[] names)
    {
        var named = Array.IndexOf(names, text.ToLowerInvariant());
        if (named >= 0)
        {
            return named + Least;
        }

        if (!GoInteger.TryParse(text, "Atoi", out var number, out var reason))
        {
            throw new FormatException($"failed to parse int from {text}: {reason}");
        }

        return number >= 0 ? number : throw new FormatException($"negative number ({number}) not allowed: {text}");
    }
}
