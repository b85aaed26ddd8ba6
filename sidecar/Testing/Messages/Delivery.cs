namespace Sidecar.Testing;

/// <summary>One attempt of the sidecar to hand a message to the app, and what the app answered; no status when its connection broke.</summary>
public sealed record Delivery(string Id, string Path, string Service, int? Status, string Body)
{
    public bool IsHandled => Status is >= 200 and <= 299 && !Body.Contains("\"RETRY\"", StringComparison.Ordinal) && !Body.Contains("\"DROP\"", StringComparison.Ordinal);

    public override string ToString() => $"{Id} at {Path} of {Service} → {Status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "cut"}";
}

/// <summary>How a message of somebody else looks besides its body.</summary>
public sealed record MessageOptions
{
    /// <summary>A new one for each message unless told.</summary>
    public string? Id { get; init; }

    public string Type { get; init; } = "com.dapr.event.sent";

    /// <summary>The app id of who sends it.</summary>
    public string Source { get; init; } = "somebody";

    public string ContentType { get; init; } = "application/json";

    public string? Traceparent { get; init; }

    public TimeSpan? Within { get; init; }
}
