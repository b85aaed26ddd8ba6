namespace Library.Contracts.Readers;

/// <summary>Name, e-mail, phone or date of birth of a reader are others than before.</summary>
public sealed record ReaderProfileChanged(string Id, long Version, ReaderState State, string? Name, string? Email, string? Phone, DateOnly? BirthDate)
    : PublishedReader(Id, Version, State, Name, Email, Phone, BirthDate), IFact
{
    public const string Topic = "readers.reader-profile-changed";

    static string IFact.Topic => Topic;
}
