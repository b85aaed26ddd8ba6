using Library.Contracts;
using Library.Sagas.Orchestrator.Machine;

namespace Library.Sagas.Orchestrator.Records;

/// <summary>
/// The document that says what a saga is and how it stands. Ordinary steps do not touch it: they only add an entry to the trail. It changes when the saga
/// stops, turns back, ends, or when an operator speaks.
/// </summary>
internal sealed record SagaHead(string Id, string Saga, string RunId, DateTimeOffset StartedAt)
{
    public int Schema { get; init; } = 1;

    public long Version { get; init; } = 1;

    public SagaState State { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The number of the trail's last entry, once it has ended.</summary>
    public int Last { get; init; }

    public IReadOnlyList<Reason> Reasons { get; init; } = [];

    public Stop? Stop { get; init; }

    /// <summary>The stop that an operator has spoken to last.</summary>
    public int Told { get; init; }

    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Replies that came after the end; a few, as a sign.</summary>
    public IReadOnlyList<TrailLine> Late { get; init; } = [];

    public static string KeyOf(string sagaId) => $"saga|{sagaId}";
}

/// <summary>What one transition wrote; created once, never changed. The first one claims the saga for its run.</summary>
internal sealed record SagaEntry(string RunId, int Number, IReadOnlyList<TrailLine> Lines)
{
    public int Schema { get; init; } = 1;

    public static string KeyOf(string sagaId, int number) => $"saga-log|{sagaId}|{number}";
}

/// <summary>What an operator said of one stop, and who it was and why.</summary>
internal sealed record SagaVerb(TrailLine Line)
{
    public int Schema { get; init; } = 1;

    public static string KeyOf(string sagaId, int occurrence) => $"saga-verb|{sagaId}|{occurrence}";
}

/// <summary>Where a saga's data is kept while it lives: names and addresses stand nowhere else.</summary>
internal static class SagaData
{
    public static string KeyOf(string sagaId) => $"saga-data|{sagaId}";

    public static bool IsId(string? id) => id is { Length: > 0 and <= 100 } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
