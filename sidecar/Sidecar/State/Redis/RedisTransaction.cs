namespace Sidecar.State.Redis;

/// <summary>
/// Several writes between MULTI and EXEC: nobody sees a state in between, but nothing is taken back when one of them is refused.
/// The first refusal is the answer. A mark of first write is neither set nor asked about here, as daprd has it.
/// </summary>
internal sealed class RedisTransaction(RedisOptions options, RedisClient client)
{
    private readonly HashSet<RedisScript> known = [];
    private int commands;

    public async ValueTask RunAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellation)
    {
        var answer = await client.RunAsync(ToCall(writes), cancellation);
        Check(new RespReader(answer));
    }

    private RedisCall ToCall(IReadOnlyList<StateWrite> writes)
    {
        var writer = new RespWriter(1024);
        writer.Command(1);
        writer.Argument("MULTI"u8);
        foreach (var write in writes)
        {
            Add(ref writer, write);
        }

        writer.Command(1);
        writer.Argument("EXEC"u8);
        return writer.ToCall(options.WriteTimeout);
    }

    private void Add(ref RespWriter writer, StateWrite write)
    {
        var json = RedisWrites.IsJson(write.Metadata);
        commands++;
        if (write.IsDelete)
        {
            var script = json ? RedisScript.DeleteJson : RedisScript.Delete;
            script.Begin(ref writer, byName: !known.Add(script), write.Key, arguments: 1);
            writer.Argument(write.HasETag ? write.ETag! : "0");
            return;
        }

        var set = new RedisSet(write, options.TtlSeconds, json);
        set.Write(ref writer, byName: !known.Add(set.Script), marks: false, ttl: null);
        if (set.Ttl is not { } seconds)
        {
            return;
        }

        // On its own, because daprd changes the lifetime even of a key that the write before was refused.
        commands++;
        writer.Command(seconds > 0 ? 3 : 2);
        writer.Argument(seconds > 0 ? "EXPIRE"u8 : "PERSIST"u8);
        writer.Argument(write.Key);
        if (seconds > 0)
        {
            writer.Argument(seconds);
        }
    }

    private void Check(RespReader answer)
    {
        try
        {
            answer.Check();
            for (var i = 0; i < commands; i++)
            {
                answer.Check();
            }

            for (var left = answer.Array(); left > 0; left--)
            {
                answer.Check();
            }
        }
        catch (RedisErrorException refusal)
        {
            throw new StateException(refusal.Message);
        }
    }
}
