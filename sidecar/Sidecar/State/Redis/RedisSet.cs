namespace Sidecar.State.Redis;

/// <summary>What an upsert asks for, its version and its time to live understood.</summary>
internal readonly struct RedisSet
{
    private readonly StateWrite write;
    private readonly bool json;
    private readonly long version;

    public RedisSet(StateWrite write, long? usualTtl, bool json)
    {
        this.write = write;
        this.json = json;
        version = Version(write);
        Ttl = TimeToLive(write) ?? usualTtl;
    }

    /// <summary>Seconds; none above zero for ever; null for as before.</summary>
    public long? Ttl { get; }

    public RedisScript Script => json ? RedisScript.SetJson : RedisScript.Set;

    public RedisCall ToCall(bool byName, TimeSpan timeout)
    {
        var writer = new RespWriter(256 + write.Key.Length + write.Value.Bytes.Length);
        Write(ref writer, byName, write.IsFirstWrite, Ttl);
        return writer.ToCall(timeout);
    }

    public void Write(ref RespWriter writer, bool byName, bool marks, long? ttl)
    {
        Script.Begin(ref writer, byName, write.Key, arguments: 4);
        writer.Argument(version);
        writer.Argument((json ? RedisJson.Document(write.Value) : write.Value.IsJson ? RedisJson.Of(write.Value.Bytes) : write.Value.Bytes).Span);
        writer.Argument(marks ? "0"u8 : "1"u8);
        if (ttl is { } seconds)
        {
            writer.Argument(seconds);
        }
        else
        {
            writer.Argument(""u8);
        }
    }

    /// <summary>Zero for any: a last write asks for none, whatever it names.</summary>
    private static long Version(StateWrite write)
    {
        if (write.Concurrency == "last-write" || !write.HasETag)
        {
            return 0;
        }

        return GoInteger.TryParse(write.ETag!, "Atoi", out var version, out var reason)
            ? version
            : throw new StateException(StateFailure.ETagInvalid, reason);
    }

    private static long? TimeToLive(StateWrite write)
    {
        if (write.Metadata is null || !write.Metadata.TryGetValue("ttlInSeconds", out var text) || text.Length == 0)
        {
            return null;
        }

        return GoInteger.TryParse(text, "ParseInt", out var seconds, out var reason)
            ? seconds
            : throw new StateException($"failed to parse ttl from metadata: {reason}");
    }
}
