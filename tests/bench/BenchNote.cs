using Library.Contracts;
using Library.Defaults.Stores;

namespace Bench;

/// <summary>An aggregate of ordinary size.</summary>
public sealed record BenchNote(string Id, long Version, string Text, string Address, DateTimeOffset At)
{
    public static readonly Schema<BenchNote> Schema = new("note");

    public static BenchNote New(string id) => new(id, 1, "A sentence of a length that people write, neither short nor long.", "somebody@example.org", DateTimeOffset.UnixEpoch);

    public BenchNoteWritten AsWritten() => new(Id, Version, Text, Address, At);
}

public sealed record BenchNoteWritten(string Id, long Version, string Text, string Address, DateTimeOffset At) : IFact
{
    public const string Topic = "bench.note-written";

    static string IFact.Topic => Topic;
}
