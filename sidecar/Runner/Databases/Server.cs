using System.Net.Sockets;

namespace Runner.Databases;

/// <summary>A server that components of the chosen set need. Two of them are one when they are the same to a user.</summary>
internal abstract record Server(string Kind, string Host, int Port)
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>"PostgreSQL at localhost:5432".</summary>
    public string Name => $"{Kind} at {Host}:{Port}";

    /// <summary>Null when a service can work with it; else what is wrong and how it is mended.</summary>
    public abstract Task<Fault?> CheckAsync(CancellationToken cancellation);

    /// <summary>Deletes what a service keeps there; what it did, or could not do, in a sentence.</summary>
    public abstract Task<string> ForgetAsync(CancellationToken cancellation);

    /// <summary>Says something to the server and returns how its answer begins, as text.</summary>
    protected async Task<string> GreetAsync(ReadOnlyMemory<byte> greeting, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(Host, Port, limit.Token);
        if (greeting.IsEmpty)
        {
            return "";
        }

        var stream = client.GetStream();
        await stream.WriteAsync(greeting, limit.Token);
        var answer = new byte[256];
        return System.Text.Encoding.Latin1.GetString(answer, 0, await stream.ReadAsync(answer, limit.Token));
    }

    protected Fault Unreachable(Exception problem, string variables) => new(
        $"{Name} cannot be reached: {(problem is OperationCanceledException ? $"no answer within {Patience.TotalSeconds} s" : problem.GetBaseException().Message)}",
        $"start it, or say where it is with {variables}, or use another set of components (--components embedded needs no server)");

    protected static bool IsOfNetwork(Exception problem) => problem is SocketException or IOException or OperationCanceledException or TimeoutException;
}

/// <summary>What is wrong, and what somebody can do about it.</summary>
internal sealed record Fault(string Problem, string Mend)
{
    /// <summary>It is there, and time will not make it work.</summary>
    public bool IsLasting { get; init; }
}
