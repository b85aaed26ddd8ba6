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

    /// <summary>Whether a creation may take as missing what it would look for first. Its transaction creates that or fails; then, or when it is refused, it is done again from real reads.</summary>
    internal bool MayPresume { get; set; }

    internal bool HasPresumed { get; private set; }

    internal bool Presume() => MayPresume && (HasPresumed = true);

    public async Task<Answer> Run(Change change, Answer answer, CancellationToken cancellation)
    {
        Beside?.Invoke(change, answer);
        await _transactions.Run(change, cancellation);
        IsDone = true;
        return answer;
    }
}
