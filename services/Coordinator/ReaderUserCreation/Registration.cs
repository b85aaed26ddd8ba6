using Library.Contracts.Users;

namespace Library.Coordinator.ReaderUserCreation;

/// <summary>What the steps need to know. It is deleted when the saga ends.</summary>
internal sealed record Registration(string ReaderId, string UserId, string Name, string Email)
{
    public string? Phone { get; init; }

    public DateOnly? BirthDate { get; init; }

    public string? Username { get; init; }

    /// <summary>Of the password, or of the proof of another house, that users were handed before.</summary>
    public string? CredentialId { get; init; }

    public ExternalIdentity? ExternalIdentity { get; init; }
}
