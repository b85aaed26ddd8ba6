using System.Net.Sockets;

namespace Sidecar.Invocation.Wire;

/// <summary>Connections to one server: as many as are needed at one time, the idle ones kept for a while.</summary>
internal sealed class SocketPool : IDisposable
{
    private const int MostOpen = 1024;
    private const int MostIdle = 64;
    private static readonly TimeSpan KeepIdle = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(30);
    private readonly string host;
    private readonly int port;
    private readonly int headLimit;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim free = new(MostOpen);
    private readonly Stack<(SocketConnection Connection, long Since)> idle = new();
    private readonly ITimer sweep;
    private bool isSweepSet;
    private bool isClosed;

    public SocketPool(string host, int port, int headLimit, TimeProvider time)
    {
        this.host = host;
        this.port = port;
        this.headLimit = headLimit;
        this.time = time;
        sweep = time.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public async ValueTask<SocketConnection> RentAsync(CancellationToken cancellation)
    {
        await free.WaitAsync(cancellation);
        while (TryTakeIdle(out var connection))
        {
            if (connection.IsQuiet)
            {
                return connection;
            }

            connection.Dispose();
        }

        try
        {
            return await DialAsync(cancellation);
        }
        catch
        {
            free.Release();
            throw;
        }
    }

    public void Return(SocketConnection connection)
    {
        lock (idle)
        {
            if (!isClosed && idle.Count < MostIdle)
            {
                idle.Push((connection, time.GetTimestamp()));
                if (!isSweepSet)
                {
                    isSweepSet = true;
                    sweep.Change(KeepIdle, Timeout.InfiniteTimeSpan);
                }

                free.Release();
                return;
            }
        }

        Discard(connection);
    }

    public void Discard(SocketConnection connection)
    {
        connection.Dispose();
        free.Release();
    }

    public void Dispose()
    {
        lock (idle)
        {
            isClosed = true;
            while (idle.TryPop(out var entry))
            {
                entry.Connection.Dispose();
            }
        }

        sweep.Dispose();
    }

    private bool TryTakeIdle(out SocketConnection connection)
    {
        lock (idle)
        {
            var any = idle.TryPop(out var entry);
            connection = entry.Connection;
            return any;
        }
    }

    private async ValueTask<SocketConnection> DialAsync(CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(DialTimeout);
        try
        {
            return await SocketConnection.OpenAsync(host, port, headLimit, timeout.Token);
        }
        catch (SocketException problem)
        {
            throw new TransportException(GoNetError.Dial(host, port, problem), problem);
        }
        catch (OperationCanceledException problem) when (!cancellation.IsCancellationRequested)
        {
            throw new TransportException($"dial tcp {host}:{port}: i/o timeout", problem);
        }
    }

    /// <summary>The longest idle ones are at the bottom of the stack.</summary>
    private void Sweep()
    {
        lock (idle)
        {
            var kept = idle.ToArray();
            idle.Clear();
            for (var i = kept.Length - 1; i >= 0; i--)
            {
                if (time.GetElapsedTime(kept[i].Since) < KeepIdle)
                {
                    idle.Push(kept[i]);
                }
                else
                {
                    kept[i].Connection.Dispose();
                }
            }

            isSweepSet = idle.Count > 0 && !isClosed;
            if (isSweepSet)
            {
                sweep.Change(KeepIdle, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
