namespace Library.Contracts.Users;

/// <summary>Who somebody is at an identity provider of another house: the pair is unique and says nothing else.</summary>
public sealed record ExternalIdentity(string Issuer, string Subject);
