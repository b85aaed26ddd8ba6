using System.Text;

namespace Sidecar.State;

/// <summary>A store that can say which keys it has.</summary>
public interface IListsKeys
{
    static Comparer<string> Utf8Order { get; } =
        Comparer<string>.Create((left, right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));

    /// <summary>Keys that begin so, after a given one, in the order of their UTF-8 bytes; at most so many.</summary>
    ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string after, int most, CancellationToken cancellation);

    /// <summary>What comes after everything that begins so.</summary>
    static string Beyond(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);
}
