using System.Collections.Concurrent;

namespace Sidecar.Metadata;

/// <summary>Reads a sidecar's metadata and keeps what others add to it.</summary>
public sealed class MetadataApi(Func<SidecarMetadata> read)
{
    private const string VersionKey = "daprRuntimeVersion";
    private readonly ConcurrentDictionary<string, string> extended = new(StringComparer.Ordinal);

    public SidecarMetadata Read() => read() with
    {
        Extended = new Dictionary<string, string>(extended, StringComparer.Ordinal) { [VersionKey] = SidecarMetadata.RuntimeVersion },
    };

    public void Set(string key, string value)
    {
        if (key.Length > 0)
        {
            extended[key] = value;
        }
    }
}
