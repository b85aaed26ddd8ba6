using System.Diagnostics;

namespace Library.Defaults.Web.Telemetry;

/// <summary>Spans of our own beside those of requests and calls: <c>using var span = Tracing.Source.StartActivity("...")</c>.</summary>
public static class Tracing
{
    public const string Name = "Library";

    public static ActivitySource Source { get; } = new(Name);
}
