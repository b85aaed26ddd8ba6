namespace Library.Contracts.Readers;

/// <summary>The reader was erased: nobody is behind the id any more, for ever.</summary>
public sealed record ReaderErased(string Id, long Version, ReaderState State, string? Name, string? Email, string? Phone, DateOnly? BirthDate)
    : PublishedReader(Id, Version, State, Name, Email, Phone, BirthDate), IFact
{
    public const string Topic = "readers.reader-erased";

    static string IFact.Topic => Topic;
}
