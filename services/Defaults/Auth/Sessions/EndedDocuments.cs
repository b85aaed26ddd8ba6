using Library.Contracts.Users;

namespace Library.Defaults.Auth.Sessions;

/// <summary>Which pages there are, and which are to be deleted. The epoch grows with every change, so that one short read shows whether there is anything new.</summary>
internal sealed record EndedIndex(long Epoch, long LastPage, IReadOnlyList<EndedPlace> Pages, IReadOnlyList<long> Gone)
{
    public static EndedIndex None { get; } = new(0, 0, [], []);

    public int Schema { get; init; } = 1;
}

/// <summary>A page, and when the last of its tokens would have ended anyway.</summary>
internal sealed record EndedPlace(long Page, DateTimeOffset Until);

internal sealed record EndedPage(IReadOnlyList<SessionsEnded> Ended)
{
    public const int Most = 128;

    public int Schema { get; init; } = 1;
}
