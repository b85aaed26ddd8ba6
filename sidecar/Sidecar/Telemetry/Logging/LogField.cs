namespace Sidecar.Telemetry.Logging;

/// <summary>One more word about a line: a text or a number.</summary>
public readonly record struct LogField(string Name, string? Text, long Number)
{
    public LogField(string name, string text)
        : this(name, text, 0)
    {
    }

    public LogField(string name, long number)
        : this(name, null, number)
    {
    }
}
