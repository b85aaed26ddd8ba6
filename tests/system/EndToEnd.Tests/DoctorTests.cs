using System.Net;
using System.Net.Sockets;
using Servers;

namespace EndToEnd.Tests;

public sealed class DoctorTests : IDisposable
{
    private readonly Clone clone = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => clone.Dispose();

    [Fact]
    public async Task It_finds_nothing_where_nothing_is_wrong()
    {
        await using var doctor = clone.Run("doctor");
        Assert.Equal(0, await doctor.EndAsync(Cancellation));
        Assert.Contains("ok       .NET SDK 10.", doctor.Text, StringComparison.Ordinal);
        Assert.EndsWith("nothing keeps it from starting", doctor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_names_a_taken_port_and_a_PostgreSQL_that_is_not_there()
    {
        using var listener = new TcpListener(IPAddress.Loopback, clone.Port(8080));
        listener.Start();
        var port = Ports.Free();
        var elsewhere = new Dictionary<string, string>
        {
            ["LIBRARY_POSTGRES_HOST"] = "127.0.0.1", ["LIBRARY_POSTGRES_PORT"] = $"{port}", ["LIBRARY_RABBITMQ"] = $"amqp://guest:guest@127.0.0.1:{Ports.Free()}",
        };
        await using var doctor = clone.Run(elsewhere, "doctor", "--components", "postgres");
        Assert.Equal(1, await doctor.EndAsync(Cancellation));
        var name = Path.GetFileNameWithoutExtension(Environment.ProcessPath)!;
        Assert.Contains(doctor.Text.Split('\n'), line => line.StartsWith($"problem  port {clone.Port(8080)} (appPort of gateway) is in use by ", StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal) && line.EndsWith($"(pid {Environment.ProcessId})", StringComparison.Ordinal));
        Assert.Contains($"problem  PostgreSQL at 127.0.0.1:{port} cannot be reached: Connection refused", doctor.Text, StringComparison.Ordinal);
        Assert.Contains("problem  RabbitMQ at 127.0.0.1:", doctor.Text, StringComparison.Ordinal);
        Assert.Contains("to mend it: start it, or say where it is with LIBRARY_POSTGRES_HOST", doctor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_refuses_the_taken_port_in_the_same_words()
    {
        using var listener = new TcpListener(IPAddress.Loopback, clone.Port(8080));
        listener.Start();
        await using var run = clone.Run();
        Assert.Equal(1, await run.EndAsync(Cancellation));
        Assert.Contains($"port {clone.Port(8080)} (appPort of gateway) is in use by ", run.Text, StringComparison.Ordinal);
    }
}
