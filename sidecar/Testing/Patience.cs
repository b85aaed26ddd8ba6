namespace Sidecar.Testing;

/// <summary>How long a test waits, in real time, for what must happen.</summary>
internal static class Patience
{
    public static TimeSpan Default { get; } = TimeSpan.FromSeconds(30);
}
