using System.Text.Json;

namespace Library.Defaults.Facts;

/// <summary>A stretch of one place of the outbox, in order. <see cref="Next"/> is where to go on, up to <see cref="Limit"/>; below <see cref="Published"/> nothing will change any more.</summary>
public sealed record FactsPage(IReadOnlyList<WrittenFact> Items, long Next, long Limit, long Published, int Places);

/// <summary>That something happened to an aggregate, with what the aggregate publishes now.</summary>
public sealed record WrittenFact(long Number, string Topic, string Type, long Version, DateTimeOffset At, JsonElement Fact);
