using System.Globalization;
using System.Text;
using Sidecar.Components;

namespace Sidecar.State.Redis;

/// <summary>What a store must know of its server before it serves: that it is there and lets us in, its replicas, its modules.</summary>
internal sealed class RedisServerCheck(RedisOptions options, RedisClient client, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Waits for a server that is not there yet until <paramref name="cancellation"/>; one that refuses us is an error at once.</summary>
    public async Task ReachAsync(CancellationToken cancellation)
    {
        var problem = "no answer";
        try
        {
            for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
            {
                try
                {
                    await client.ConnectAsync(cancellation);
                    new RespReader(await AskAsync(cancellation, "PING")).Check();
                    return;
                }
                catch (Exception missing) when (MayCome(missing))
                {
                    if (pause == FirstPause)
                    {
                        log.LogWarning("waiting for redis at {Host}: {Problem}", options.Host, missing.Message);
                    }

                    problem = missing.Message;
                }

                await Task.Delay(pause, time, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            throw Unreachable(problem);
        }
        catch (Exception refused) when (refused is RedisErrorException or RedisConnectionException)
        {
            throw Unreachable(refused.Message);
        }
    }

    public async Task<int> ReplicasAsync(CancellationToken cancellation)
    {
        const string Count = "connected_slaves:";
        var answer = new RespReader(await AskAsync(cancellation, "INFO", "replication"));
        if (answer.IsError)
        {
            throw new ComponentException(answer.Error());
        }

        var info = Encoding.UTF8.GetString((answer.Text() ?? default).Span);
        foreach (var line in info.Split("\r\n"))
        {
            if (line.StartsWith(Count, StringComparison.Ordinal))
            {
                return int.TryParse(line.AsSpan(Count.Length), CultureInfo.InvariantCulture, out var replicas) ? replicas : 0;
            }
        }

        return 0;
    }

    public async Task<bool> HasJsonAsync(CancellationToken cancellation)
    {
        var answer = new RespReader(await AskAsync(cancellation, "JSON.GET"));
        return !answer.IsError || !answer.Error().StartsWith("ERR unknown command", StringComparison.Ordinal);
    }

    private static bool MayCome(Exception missing) => missing
        is RedisConnectionException { InnerException: not RedisErrorException }
        or RedisErrorException { IsLoading: true };

    private ValueTask<ReadOnlyMemory<byte>> AskAsync(CancellationToken cancellation, params ReadOnlySpan<string> words) =>
        client.RunAsync(RedisCommand.Of(options.ReadTimeout, words), cancellation);

    private ComponentException Unreachable(string problem) =>
        new($"redis store: error connecting to redis at {options.Host}: {problem}");
}
