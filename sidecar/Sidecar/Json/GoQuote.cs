namespace Sidecar.Json;

/// <summary>One byte as Go's JSON scanner shows it in a message.</summary>
internal static class GoQuote
{
    public static string Of(char c) => c switch
    {
        '\'' => "'\\''",
        '"' => "'\"'",
        '\n' => "'\\n'",
        '\r' => "'\\r'",
        '\t' => "'\\t'",
        '\b' => "'\\b'",
        '\f' => "'\\f'",
        '\a' => "'\\a'",
        '\v' => "'\\v'",
        '\\' => "'\\\\'",
        < ' ' or '\x7f' => $"'\\x{(int)c:x2}'",
        >= '\x80' and < '\xa0' => $"'\\u{(int)c:x4}'",
        '\xa0' or '\xad' => $"'\\u{(int)c:x4}'",
        _ => $"'{c}'",
    };
}
