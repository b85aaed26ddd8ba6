using Library.Contracts.Readers;
using Library.Defaults.Projections;

namespace Library.Readers.Query;

/// <summary>A reader's newest fact is the view of him. RATIONALE.md says who is found by an address.</summary>
internal static class ReaderProjection
{
    public const string ByEmail = "by-email";

    public static ViewProjection<ReaderView> Definition { get; } = new ViewProjection<ReaderView>("readers", source: "reader-command")
        .On<ReaderCreated>(When)
        .On<ReaderConfirmed>(When)
        .On<ReaderCancelled>(When)
        .On<ReaderProfileChanged>(When)
        .Erased<ReaderErased>()
        .Listed(ByEmail, reader => reader.State == ReaderState.Active ? Normalised(reader.Email) : null, reader => reader.Id);

    /// <summary>As the command side compares addresses.</summary>
    public static string Normalised(string email) => email.Trim().ToLowerInvariant();

    /// <summary>What a fact says is decided by the state in it: when it is told again, that may be newer than the fact.</summary>
    public static ReaderView? When(ReaderView? reader, PublishedReader fact) => fact is { State: ReaderState.Pending or ReaderState.Active, Name: { } name, Email: { } email }
        ? new ReaderView(fact.Id, fact.Version, fact.State, name, email, fact.Phone, fact.BirthDate)
        : null;
}
