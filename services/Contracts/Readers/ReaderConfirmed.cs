namespace Library.Contracts.Readers;

/// <summary>The saga that made the reader has succeeded: the reader is active.</summary>
public sealed record ReaderConfirmed(string Id, long Version, ReaderState State, string? Name, string? Email, string? Phone, DateOnly? BirthDate)
    : PublishedReader(Id, Version, State, Name, Email, Phone, BirthDate), IFact
{
    public const string Topic = "readers.reader-confirmed";

    static string IFact.Topic => Topic;
}
