namespace Sidecar.State.Redis;

/// <summary>Single writes: each is one script on the server, and with strong consistency one wait for its replicas.</summary>
internal sealed class RedisWrites(RedisOptions options, RedisClient client)
{
    private const int ReplicaPatienceMilliseconds = 1000;
    private const string LifetimeRefused = "ERR invalid expire time";
    private bool hasJson;
    private int replicas;

    public static bool IsJson(IReadOnlyDictionary<string, string>? metadata) =>
        metadata is not null && metadata.TryGetValue("contentType", out var type) && type == "application/json";

    public void Configure(bool json, int connectedReplicas)
    {
        hasJson = json;
        replicas = connectedReplicas;
    }

    public async ValueTask SetAsync(StateWrite write, CancellationToken cancellation)
    {
        var set = new RedisSet(write, options.TtlSeconds, hasJson && IsJson(write.Metadata));
        try
        {
            var error = await RunAsync(set.ToCall(byName: true, options.WriteTimeout), cancellation);
            if (IsForgotten(error))
            {
                error = await RunAsync(set.ToCall(byName: false, options.WriteTimeout), cancellation);
            }

            Check(write, error);
        }
        catch (RedisConnectionException problem)
        {
            Check(write, problem.Message);
        }

        if (write.Consistency == "strong" && replicas > 0)
        {
            await WaitForReplicasAsync(cancellation);
        }
    }

    public async ValueTask DeleteAsync(StateWrite write, CancellationToken cancellation)
    {
        var script = hasJson && IsJson(write.Metadata) ? RedisScript.DeleteJson : RedisScript.Delete;
        string? error;
        try
        {
            error = await RunAsync(DeleteCall(script, byName: true, write), cancellation);
            if (IsForgotten(error))
            {
                error = await RunAsync(DeleteCall(script, byName: false, write), cancellation);
            }
        }
        catch (RedisConnectionException problem)
        {
            error = problem.Message;
        }

        if (error is not null)
        {
            // Whatever hindered it, to Dapr it is a mismatch.
            throw new StateException(StateFailure.ETagMismatch, error);
        }
    }

    private RedisCall DeleteCall(RedisScript script, bool byName, StateWrite write)
    {
        var writer = new RespWriter(256 + write.Key.Length);
        script.Begin(ref writer, byName, write.Key, arguments: 1);
        writer.Argument(write.HasETag ? write.ETag! : "0");
        return writer.ToCall(options.WriteTimeout);
    }

    /// <summary>Null when the server did it.</summary>
    private async ValueTask<string?> RunAsync(RedisCall call, CancellationToken cancellation)
    {
        var answer = new RespReader(await client.RunAsync(call, cancellation));
        return answer.IsError ? answer.Error() : null;
    }

    private static bool IsForgotten(string? error) => error is not null && error.StartsWith("NOSCRIPT", StringComparison.Ordinal);

    private static void Check(StateWrite write, string? error)
    {
        if (error is null)
        {
            return;
        }

        if (error.StartsWith(LifetimeRefused, StringComparison.Ordinal))
        {
            throw new StateException($"failed to set key {write.Key} ttl: {error}");
        }

        throw write.HasETag ? new StateException(StateFailure.ETagMismatch, error) : new StateException($"failed to set key {write.Key}: {error}");
    }

    private async ValueTask WaitForReplicasAsync(CancellationToken cancellation)
    {
        var call = RedisCommand.Of(options.WriteTimeout, "WAIT", $"{replicas}", $"{ReplicaPatienceMilliseconds}");
        try
        {
            new RespReader(await client.RunAsync(call, cancellation)).Check();
        }
        catch (Exception problem) when (problem is RedisConnectionException or RedisErrorException)
        {
            throw new StateException($"redis waiting for {replicas} replicas to acknowledge write, err: {problem.Message}");
        }
    }
}
