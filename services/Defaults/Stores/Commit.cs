using Library.Defaults.Outbox;

namespace Library.Defaults.Stores;

/// <summary>
/// How a use case saves: one request or message has one. What a repetition of the request must find is written beside its change, in the same
/// transaction.
/// </summary>
public sealed class Commit
{
    private readonly Transactions _transactions;

    internal Commit(Transactions transactions) => _transactions = transactions;

    internal Action<Change, Answer>? Beside { get; set; }

    internal bool IsDone { get; private set; }

    /// <summary>
    /// Whether what a creation would look for first is taken as missing. The transaction creates it or fails, and then all is done again from real reads;
    /// so is what this try refuses.
    /// </summary>
    internal bool Presumes { get; set; }

    public async Task<Answer> Run(Change change, Answer answer, CancellationToken cancellation)
    {
        Beside?.Invoke(change, answer);
        await _transactions.Run(change, cancellation);
        IsDone = true;
        return answer;
    }
}
