using System.Security.Cryptography;
using System.Text;

namespace Library.Defaults.Stores;

/// <summary>
/// Keeps a value unique: a document whose key is a hash of the normalised value and which names the owner, created and deleted in the transaction that
/// makes or ends the owner's right to it.
/// </summary>
public sealed class Claims(CommandStore store)
{
    /// <summary>Who has each of these values now. Ask before deciding, and again after a transaction that did not happen.</summary>
    public async Task<Claimed> Read(string name, string? value, CancellationToken cancellation)
    {
        if (value is null)
        {
            return new Claimed("", null, "");
        }

        var key = KeyOf(name, value);
        var (bytes, etag) = await store.Get(key, cancellation);
        return new Claimed(key, StoredJson.Read<Claim>(bytes.Span)?.Owner, etag);
    }

    /// <summary>For a creation: who has the value, or nobody, where the commit decides that.</summary>
    public Task<Claimed> ReadNew(string name, string? value, Commit commit, CancellationToken cancellation) =>
        value is not null && commit.Presume() ? Task.FromResult(new Claimed(KeyOf(name, value), null, "")) : Read(name, value, cancellation);

    internal static string KeyOf(string name, string value) => $"claim|{name}|{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)))}";
}

/// <summary>A value's claim as it was read; of no value, if there was none to claim.</summary>
public sealed record Claimed(string Key, string? Owner, string ETag)
{
    public bool IsTakenFrom(string owner) => Owner is not null && Owner != owner;

    /// <summary>Adds the claim to the change; an owner that finds itself has it already.</summary>
    public void Take(string owner, Change change)
    {
        if (Key.Length > 0 && Owner is null)
        {
            change.Put(Key, new Claim(owner), "");
        }
    }

    /// <summary>Gives it up, with the ETag of the read that showed this owner; of somebody else's claim nothing is touched.</summary>
    public void Release(string owner, Change change)
    {
        if (Key.Length > 0 && Owner == owner)
        {
            change.Delete(Key, ETag);
        }
    }
}

internal sealed record Claim(string Owner)
{
    public int Schema { get; init; } = 1;
}
