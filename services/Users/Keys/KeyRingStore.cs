using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Users.Keys;

/// <summary>The one document that all replicas sign by.</summary>
internal sealed class KeyRingStore(CommandStore store)
{
    public static readonly string Key = KeyRing.Schema.KeyOf("signing");

    public async Task<(KeyRing? Ring, string ETag)> Read(CancellationToken cancellation)
    {
        var (bytes, etag) = await store.Get(Key, cancellation);
        return (KeyRing.Schema.Read(bytes.Span), etag);
    }

    /// <summary>Whether it was written or somebody else was faster: what there is then, is told.</summary>
    public async Task<KeyRing> Write(KeyRing ring, string etag, CancellationToken cancellation)
    {
        try
        {
            if (etag.Length == 0)
            {
                await store.Create(Key, KeyRing.Schema.Write(ring), cancellation);
            }
            else
            {
                await store.Replace(Key, KeyRing.Schema.Write(ring), etag, cancellation);
            }
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // Stores refuse a second creation in different ways, and an answer may be lost: only reading tells.
        }

        return (await Read(cancellation)).Ring ?? throw new RefusedException(StoreRefusals.StoreUnavailable);
    }
}
