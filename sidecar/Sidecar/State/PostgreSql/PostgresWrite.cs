namespace Sidecar.State.PostgreSql;

/// <summary>A write that was looked over: its time to live and its ETag in the form of the table.</summary>
internal sealed record PostgresWrite(StateWrite Request)
{
    public int Seconds { get; init; }

    /// <summary>The ETag as the table's column has it.</summary>
    public object? ETag { get; init; }

    /// <summary>Why it cannot be done at all. In a transaction that counts only when its turn comes.</summary>
    public StateException? Problem { get; init; }

    public bool CanBeRefused => Request.HasETag || (Request.IsFirstWrite && !Request.IsDelete);

    /// <summary>What so many changed rows mean; null for success.</summary>
    public StateException? Verdict(ulong rows) => (rows, Request) switch
    {
        (1, _) => null,
        (_, { HasETag: true }) => new StateException(StateFailure.ETagMismatch),
        (_, { IsDelete: true }) => null,
        _ => new StateException("no item was updated"),
    };
}
