using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Dapr.Workflow.Turns;

/// <summary>Ids that follow from a run's own: the same in each replay, and the same as the official SDK makes.</summary>
internal sealed class NamedGuids
{
    private static readonly Guid OfAllRuns = new("6f927a2e-9c7e-4a1d-9b8d-7a86f2e7f62f");
    private readonly string instanceId;
    private readonly Guid seed;
    private int count;

    public NamedGuids(string instanceId, string? executionId)
    {
        this.instanceId = instanceId;
        var text = string.IsNullOrWhiteSpace(executionId) ? instanceId : executionId;
        seed = Guid.TryParse(text, out var parsed) ? parsed : Of(OfAllRuns, text);
    }

    public Guid Next() => Of(seed, string.Create(CultureInfo.InvariantCulture, $"{instanceId}_{count++}"));

    public string TaskExecutionId(int taskId, string activity) =>
        Of(seed, string.Create(CultureInfo.InvariantCulture, $"{instanceId}|activity|{taskId}|{activity}")).ToString("N");

    /// <summary>RFC 4122, version 5.</summary>
    private static Guid Of(Guid space, string name)
    {
        const int GuidLength = 16;
        const byte Version5 = 0x50;
        const byte Variant = 0x80;
        var length = GuidLength + Encoding.UTF8.GetByteCount(name);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        space.TryWriteBytes(rented, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, rented.AsSpan(GuidLength));
#pragma warning disable CA5350 // The RFC says SHA-1; nothing is secured by it.
        SHA1.HashData(rented.AsSpan(0, length), hash);
#pragma warning restore CA5350
        ArrayPool<byte>.Shared.Return(rented);
        hash[6] = (byte)((hash[6] & 0x0F) | Version5);
        hash[8] = (byte)((hash[8] & 0x3F) | Variant);
        return new Guid(hash[..GuidLength], bigEndian: true);
    }
}
