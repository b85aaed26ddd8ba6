using System.Runtime.CompilerServices;

namespace Sidecar.State.Redis;

/// <summary>
/// Runs calls on the one connection that there is, dials when there is none, and repeats what a lost connection swallowed. When
/// the server has been away for longer than the retries last, calls fail at once with what the last attempt to reach it said.
/// </summary>
internal sealed class RedisClient(RedisOptions options, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PatienceWhenAway = TimeSpan.FromMilliseconds(100);
    private readonly Lock gate = new();
    private readonly RedisDialer dialer = new(options, time);
    private readonly CancellationTokenSource closing = new();
    private volatile RedisConnection? connection;
    private Task<RedisConnection?>? dialing;
    private RedisConnectionException? trouble;
    private int failures;
    private long away;
    private long lastDial;

    public async Task ConnectAsync(CancellationToken cancellation) => await OpenAsync(cancellation);

    /// <summary>The answer may be an error of the server.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlyMemory<byte>> RunAsync(RedisCall call, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            var mayRetry = attempt < options.Retries;
            try
            {
                var open = connection is { IsOpen: true } usual ? usual : await OpenAsync(cancellation);
                var answer = await open.SendAsync(call, cancellation);
                if (!mayRetry || !IsPassing(answer, open))
                {
                    call.Release();
                    return answer;
                }
            }
            catch (RedisConnectionException problem) when (problem.MayRetry && mayRetry && !IsLongAway)
            {
                log.LogDebug("redis {Host}: {Problem}; attempt {Attempt} follows", options.Host, problem.Message, attempt + 2);
            }

            // The first loss is mostly one of an idle or restarted server, and a new connection mends it at once.
            if (attempt > 0 || connection is not { IsOpen: false })
            {
                await Task.Delay(options.RetryPause, time, cancellation);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        closing.Cancel();
        connection?.Dispose();
        closing.Dispose();
        return ValueTask.CompletedTask;
    }

    private bool IsLongAway
    {
        get
        {
            lock (gate)
            {
                return failures > 0 && time.GetElapsedTime(away) > options.RetryPause * options.Retries;
            }
        }
    }

    /// <summary>A server that loads its data, or that has become a replica, will answer otherwise soon or elsewhere.</summary>
    private static bool IsPassing(ReadOnlyMemory<byte> answer, RedisConnection open)
    {
        var bytes = answer.Span;
        if (bytes[0] != (byte)'-')
        {
            return false;
        }

        if (bytes.StartsWith("-READONLY "u8))
        {
            open.Break(new RedisConnectionException("EOF"));
            return true;
        }

        return bytes.StartsWith("-LOADING "u8) || bytes.StartsWith("-MASTERDOWN "u8) || bytes.StartsWith("-TRYAGAIN "u8)
            || bytes.StartsWith("-NOREPLICAS "u8) || bytes.StartsWith("-ERR max number of clients reached"u8);
    }

    private async Task<RedisConnection> OpenAsync(CancellationToken cancellation)
    {
        Task<RedisConnection?> dial;
        var patience = Timeout.InfiniteTimeSpan;
        lock (gate)
        {
            if (connection is { IsOpen: true } open)
            {
                return open;
            }

            if (dialing is null && failures > 0 && time.GetElapsedTime(lastDial) < Pause(failures))
            {
                throw trouble!;
            }

            if (IsLongAway)
            {
                patience = PatienceWhenAway;
            }

            dial = dialing ??= Task.Run(DialAsync, closing.Token);
        }

        try
        {
            return await dial.WaitAsync(patience, time, cancellation) ?? throw trouble!;
        }
        catch (TimeoutException)
        {
            throw trouble!;
        }
    }

    /// <summary>Null when it failed; why is in <see cref="trouble"/>.</summary>
    private async Task<RedisConnection?> DialAsync()
    {
        try
        {
            var opened = await dialer.DialAsync(closing.Token);
            lock (gate)
            {
                if (failures > 0)
                {
                    log.LogInformation("redis {Host}: connected again", options.Host);
                }

                failures = 0;
                connection = opened;
                dialing = null;
                return opened;
            }
        }
        catch (Exception problem)
        {
            lock (gate)
            {
                dialing = null;
                lastDial = time.GetTimestamp();
                if (failures++ == 0)
                {
                    away = lastDial;
                    log.LogWarning("redis {Host} cannot be reached: {Problem}", options.Host, problem.Message);
                }

                trouble = problem as RedisConnectionException ?? new RedisConnectionException(problem.Message, problem) { MayRetry = false };
                return null;
            }
        }
    }

    private static TimeSpan Pause(int failures)
    {
        var pause = TimeSpan.FromMilliseconds(10 * Math.Pow(2, Math.Min(failures, 10)));
        return pause < LongestPause ? pause : LongestPause;
    }
}
