namespace Library.Defaults.Web.Telemetry;

/// <summary>Asked all day long by probes; a trace of each would hide the others.</summary>
internal sealed class Untraced
{
    public static Untraced Mark { get; } = new();
}
