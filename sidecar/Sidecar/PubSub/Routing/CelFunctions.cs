namespace Sidecar.PubSub.Routing;

/// <summary>The functions by name; what they are called on counts as their first argument.</summary>
internal static class CelFunctions
{
    private static readonly Dictionary<string, Func<object?[], object?>> Global = new(StringComparer.Ordinal)
    {
        ["size/1"] = static values => Size(values[0]),
        ["matches/2"] = static values => CelRegex.Matches(values[0], values[1]),
        ["int/1"] = static values => CelConversions.Int(values[0]),
        ["uint/1"] = static values => CelConversions.Uint(values[0]),
        ["double/1"] = static values => CelConversions.Double(values[0]),
        ["string/1"] = static values => CelConversions.String(values[0]),
        ["bool/1"] = static values => CelConversions.Bool(values[0]),
        ["bytes/1"] = static values => CelConversions.Bytes(values[0]),
        ["timestamp/1"] = static values => CelConversions.Timestamp(values[0]),
        ["duration/1"] = static values => CelConversions.Duration(values[0]),
        ["type/1"] = static values => new CelType(TypeName(values[0])),
        ["dyn/1"] = static values => values[0],
    };

    private static readonly Dictionary<string, Func<object?[], object?>> Member = new(StringComparer.Ordinal)
    {
        ["size/1"] = static values => Size(values[0]),
        ["matches/2"] = static values => CelRegex.Matches(values[0], values[1]),
        ["startsWith/2"] = static values => Text(values, static (text, part) => text.StartsWith(part, StringComparison.Ordinal)),
        ["endsWith/2"] = static values => Text(values, static (text, part) => text.EndsWith(part, StringComparison.Ordinal)),
        ["contains/2"] = static values => Text(values, static (text, part) => text.Contains(part, StringComparison.Ordinal)),
        ["getFullYear/1"] = static values => Part(values, static time => time.Year),
        ["getMonth/1"] = static values => Part(values, static time => time.Month - 1),
        ["getDate/1"] = static values => Part(values, static time => time.Day),
        ["getDayOfMonth/1"] = static values => Part(values, static time => time.Day - 1),
        ["getDayOfWeek/1"] = static values => Part(values, static time => (long)time.DayOfWeek),
        ["getDayOfYear/1"] = static values => Part(values, static time => time.DayOfYear - 1),
        ["getHours/1"] = static values => Part(values, static time => time.Hour, static span => (long)span.TotalHours),
        ["getMinutes/1"] = static values => Part(values, static time => time.Minute, static span => (long)span.TotalMinutes),
        ["getSeconds/1"] = static values => Part(values, static time => time.Second, static span => (long)span.TotalSeconds),
        ["getMilliseconds/1"] = static values => Part(values, static time => time.Millisecond, static span => span.Milliseconds),
    };

    public static Func<object?[], object?> Find(string name, int arguments, bool isMember) =>
        (isMember ? Member : Global).TryGetValue($"{name}/{arguments}", out var function)
            ? function
            : throw new CelException($"there is no function '{name}' of {arguments} value(s)");

    private static object? Size(object? value) => value switch
    {
        string text => Length(text),
        byte[] bytes => (long)bytes.Length,
        List<object?> list => (long)list.Count,
        CelMap map => (long)map.Count,
        _ => CelError.NoSuchOverload,
    };

    private static long Length(string text)
    {
        var length = 0L;
        foreach (var unit in text)
        {
            length += char.IsLowSurrogate(unit) ? 0 : 1;
        }

        return length;
    }

    private static object? Text(object?[] values, Func<string, string, bool> test) =>
        values is [string text, string part] ? test(text, part) : CelError.NoSuchOverload;

    private static object? Part(object?[] values, Func<DateTimeOffset, long> ofTime, Func<TimeSpan, long>? ofDuration = null) => values[0] switch
    {
        DateTimeOffset time => ofTime(time.ToUniversalTime()),
        TimeSpan span when ofDuration is not null => ofDuration(span),
        _ => CelError.NoSuchOverload,
    };

    private static string TypeName(object? value) => value switch
    {
        null => "null_type",
        bool => "bool",
        long => "int",
        ulong => "uint",
        double => "double",
        string => "string",
        byte[] => "bytes",
        List<object?> => "list",
        CelMap => "map",
        DateTimeOffset => "google.protobuf.Timestamp",
        TimeSpan => "google.protobuf.Duration",
        _ => "type",
    };
}
