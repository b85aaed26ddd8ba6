namespace Library.Contracts.Readers;

/// <summary>
/// What others may know of a reader. Every fact of a reader carries all of it as it was then, or newer; a cancelled or
/// erased reader has no name and no address any more.
/// </summary>
public abstract record PublishedReader(
    string Id, long Version, ReaderState State, string? Name, string? Email, string? Phone, DateOnly? BirthDate);
