using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Sidecar.Components;

namespace Sidecar.PubSub.RabbitMq;

/// <summary>The one connection of a component. When it is lost it is made again until the component is disposed.</summary>
internal sealed class RabbitMqConnection(RabbitMqSettings settings, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private readonly ConnectionFactory factory = RabbitMqFactory.Of(settings);
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private TaskCompletionSource<IConnection> current = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset openedAt;
    private DateTimeOffset lostAt;
    private string problem = "no answer";

    /// <summary>Tries until the caller has no more time.</summary>
    public async Task InitAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stop.Token);
        try
        {
            Adopt(await ConnectAsync(FirstPause, refusalEnds: true, either.Token));
        }
        catch (OperationCanceledException)
        {
            throw new ComponentException($"RabbitMQ at {settings.Address} does not answer: {problem}. Is it running, and does connectionString name its host and port?");
        }
    }

    /// <summary>Waits for as long as there is no connection.</summary>
    public Task<IConnection> GetAsync(CancellationToken cancellation) => Current().WaitAsync(cancellation);

    /// <summary>Waits through a short loss, two reconnect intervals from its beginning; in a longer one the answer comes at once.</summary>
    public async ValueTask<IConnection> GetSoonAsync(CancellationToken cancellation)
    {
        var opening = Current();
        if (opening.IsCompletedSuccessfully)
        {
            return opening.Result;
        }

        var left = lostAt + (2 * settings.ReconnectWait) - time.GetUtcNow();
        try
        {
            return await opening.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellation);
        }
        catch (TimeoutException)
        {
            throw new BrokerException($"channel not initialized: no connection to RabbitMQ at {settings.Address}: {problem}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        Task<IConnection> last;
        lock (gate)
        {
            current.TrySetException(BrokerException.Closed());
            last = current.Task;
        }

        if (last.IsCompletedSuccessfully)
        {
            await RabbitMqFactory.CloseAsync(last.Result, logger);
        }
    }

    private Task<IConnection> Current()
    {
        var known = Volatile.Read(ref current).Task;
        if (known.IsCompletedSuccessfully && known.Result is { CloseReason: { } reason } closed)
        {
            _ = LoseAsync(closed, reason);
            known = Volatile.Read(ref current).Task;
        }

        return known;
    }

    private void Adopt(IConnection connection)
    {
        openedAt = time.GetUtcNow();
        if (!current.TrySetResult(connection))
        {
            _ = RabbitMqFactory.CloseAsync(connection, logger);
            return;
        }

        // Whoever else wants to hear of the end waits behind this handler.
        connection.ConnectionShutdownAsync += (_, reason) =>
        {
            _ = LoseAsync(connection, reason);
            return Task.CompletedTask;
        };
        connection.ConnectionBlockedAsync += (_, alarm) =>
        {
            logger.LogWarning("RabbitMQ at {Address} takes no messages: {Reason}", settings.Address, alarm.Reason);
            return Task.CompletedTask;
        };
        _ = Current();
    }

    private async Task LoseAsync(IConnection connection, ShutdownEventArgs reason)
    {
        lock (gate)
        {
            if (stop.IsCancellationRequested || !current.Task.IsCompletedSuccessfully || current.Task.Result != connection)
            {
                return;
            }

            lostAt = time.GetUtcNow();
            problem = reason.ReplyText;
            Volatile.Write(ref current, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        logger.LogWarning("Lost the connection to RabbitMQ at {Address} ({Reason}), connecting again", settings.Address, problem);
        await Task.Yield();
        await RabbitMqFactory.CloseAsync(connection, logger);
        try
        {
            // A connection that never lasts must not become a busy loop.
            if (openedAt + settings.ReconnectWait - lostAt is { } pause && pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, time, stop.Token);
            }

            Adopt(await ConnectAsync(settings.ReconnectWait, refusalEnds: false, stop.Token));
            logger.LogInformation("Connected to RabbitMQ at {Address} again", settings.Address);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task<IConnection> ConnectAsync(TimeSpan pause, bool refusalEnds, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var limit = new CancellationTokenSource(settings.Address.ConnectTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
            try
            {
                return await factory.CreateConnectionAsync(either.Token);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                problem = RabbitMqFactory.Reason(failure);
                if (refusalEnds && RabbitMqFactory.IsRefusal(failure))
                {
                    throw new ComponentException($"RabbitMQ at {settings.Address} refuses user {settings.Address.User} on {settings.Address.VirtualHost}: {problem}", failure);
                }

                if (attempt == 1)
                {
                    logger.LogWarning("RabbitMQ at {Address} cannot be reached, trying again: {Reason}", settings.Address, problem);
                }
            }

            await Task.Delay(pause, time, cancellation);
        }
    }
}
