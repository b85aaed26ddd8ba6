namespace Library.Contracts.Readers;

/// <summary>A reader exists, pending until the saga that made it has ended.</summary>
public sealed record ReaderCreated(string Id, long Version, ReaderState State, string? Name, string? Email, string? Phone, DateOnly? BirthDate)
    : PublishedReader(Id, Version, State, Name, Email, Phone, BirthDate), IFact
{
    public const string Topic = "readers.reader-created";

    static string IFact.Topic => Topic;
}
