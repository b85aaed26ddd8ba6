using Sidecar.PubSub;

namespace Sidecar.Bindings;

/// <summary>Makes the spans of events on their way to the app. This one makes none, as with tracing switched off.</summary>
public class BindingTracing
{
    public static BindingTracing Off { get; } = new();

    /// <summary>The span <c>bindings/NAME</c> around one event with all its attempts; null when nothing is traced.</summary>
    public virtual MessageSpan? StartEvent(string binding, IReadOnlyDictionary<string, string> metadata) => null;
}
