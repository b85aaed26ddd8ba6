namespace Library.Coordinator.ReaderErasure;

internal sealed record Erasure(string ReaderId, string UserId, string RegistrationId);
