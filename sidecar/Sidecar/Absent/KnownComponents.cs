using System.Collections.Frozen;

namespace Sidecar.Absent;

/// <summary>
/// Names of components, by kind, that are configured although this sidecar has no such building block: with none of a kind Dapr says
/// "not configured", with others "not found".
/// </summary>
public sealed record KnownComponents
{
    /// <summary>Ends the sentence about a component that is there and cannot be used.</summary>
    public const string Reason = "this sidecar does not serve such components";

    public FrozenSet<string> Configurations { get; init; } = [];

    public FrozenSet<string> Locks { get; init; } = [];

    public FrozenSet<string> Bindings { get; init; } = [];

    public FrozenSet<string> CryptoProviders { get; init; } = [];

    public FrozenSet<string> Conversations { get; init; } = [];

    public FrozenSet<string> PubSubs { get; init; } = [];
}
