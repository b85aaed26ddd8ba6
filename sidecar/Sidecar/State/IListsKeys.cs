namespace Sidecar.State;

/// <summary>A store that can say which keys it has.</summary>
public interface IListsKeys
{
    /// <summary>Keys that begin so, in the order of their UTF-8 bytes, after a given one, at most so many.</summary>
    ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string after, int most, CancellationToken cancellation);
}
