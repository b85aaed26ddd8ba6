namespace Library.Contracts.Readers;

/// <summary>The saga that made the reader was undone: nobody is behind the id any more.</summary>
public sealed record ReaderCancelled(string Id, long Version, ReaderState State, string? Name, string? Email, string? Phone, DateOnly? BirthDate)
    : PublishedReader(Id, Version, State, Name, Email, Phone, BirthDate), IFact
{
    public const string Topic = "readers.reader-cancelled";

    static string IFact.Topic => Topic;
}
