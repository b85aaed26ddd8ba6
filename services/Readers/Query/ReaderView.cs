using Library.Contracts.Readers;

namespace Library.Readers.Query;

/// <summary>A reader as staff and the reader himself see him; pending while the registration is unfinished.</summary>
internal sealed record ReaderView(string Id, long Version, ReaderState State, string Name, string Email, string? Phone, DateOnly? BirthDate);
