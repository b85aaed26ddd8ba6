namespace Sidecar.PubSub.Routing;

/// <summary>An expression that cannot be understood, found when it is read and not when it is used.</summary>
public sealed class CelException(string message) : Exception(message);

/// <summary>What an evaluation comes to when it goes wrong. A value like any other, because the logical operators may pass over it.</summary>
internal sealed record CelError(string Message)
{
    public static CelError NoSuchOverload { get; } = new("no such overload");

    public static CelError NoSuchKey(object? key) => new($"no such key: {key}");
}
