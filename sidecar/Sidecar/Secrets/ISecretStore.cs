namespace Sidecar.Secrets;

/// <summary>A secret store component. Constructing one does no I/O, <see cref="InitAsync"/> does.</summary>
public interface ISecretStore
{
    bool MultipleKeyValuesPerSecret { get; }

    Task InitAsync(CancellationToken cancellation);

    /// <summary>Throws <see cref="SecretException"/> with the reason when there is none.</summary>
    ValueTask<IReadOnlyDictionary<string, string>> GetAsync(string name, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation);

    ValueTask<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> GetAllAsync(IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation);
}

public sealed class SecretException(string message) : Exception(message);
