using System.Diagnostics;
using System.Text;

namespace Servers;

/// <summary>A RabbitMQ of one's own: free ports, its own data, its own Erlang port mapper; it ends with the process that started it.</summary>
public sealed class RabbitServer : IAsyncDisposable
{
    private const string Scripts = "/usr/lib/rabbitmq/bin";

    // The input of the shell closes when the test process ends, in whatever way; then the whole group ends.
    private const string Run = """
        epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 -relaxed_command_check </dev/null >/dev/null 2>&1 &
        "$0" </dev/null 2>&1 &
        cat >/dev/null
        kill -9 0
        """;

    private readonly string directory = Directory.CreateTempSubdirectory("rabbit-").FullName;
    private readonly int distributionPort = Ports.Free();
    private readonly int mapperPort = Ports.Free();
    private readonly string node;
    private Process? process;

    private RabbitServer()
    {
        node = $"test{Port}@localhost";
        File.WriteAllText(Path.Combine(directory, "plugins"), "[].");
    }

    public int Port { get; } = Ports.Free();

    public string Uri => $"amqp://guest:guest@127.0.0.1:{Port}";

    /// <summary>Null when it can be started.</summary>
    public static string? Missing => File.Exists($"{Scripts}/rabbitmq-server") ? null : $"RabbitMQ is not installed ({Scripts}/rabbitmq-server)";

    public static async Task<RabbitServer> StartAsync(CancellationToken cancellation)
    {
        if (Missing is { } reason)
        {
            throw new InvalidOperationException(reason);
        }

        var server = new RabbitServer();
        await server.RestartAsync(cancellation);
        return server;
    }

    /// <summary>SIGKILL for all of it, without a chance to write anything.</summary>
    public void Kill()
    {
        if (process is { } running)
        {
            process = null;
            running.StandardInput.Close();
            running.WaitForExit();
            running.Dispose();
        }
    }

    /// <summary>On the same data and ports.</summary>
    public async Task RestartAsync(CancellationToken cancellation)
    {
        Kill();
        process = Process.Start(Describe("setsid", ["/bin/sh", "-c", Run, $"{Scripts}/rabbitmq-server"]))!;
        var output = new StringBuilder();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            output.AppendLine(line);
            if (line.Contains("completed with", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }

        Kill();
        throw new InvalidOperationException($"RabbitMQ did not start: {output}");
    }

    /// <summary>What <c>rabbitmqctl</c> prints.</summary>
    public async Task<string> ControlAsync(CancellationToken cancellation, params string[] arguments)
    {
        using var control = Process.Start(Describe($"{Scripts}/rabbitmqctl", ["-q", "-n", node, .. arguments]))!;
        control.StandardInput.Close();
        var output = await control.StandardOutput.ReadToEndAsync(cancellation);
        await control.WaitForExitAsync(cancellation);
        return control.ExitCode == 0 ? output : throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)}: {output}");
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        Directory.Delete(directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    private ProcessStartInfo Describe(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["HOME"] = directory,
            ["ERL_EPMD_PORT"] = $"{mapperPort}",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODENAME"] = node,
            ["RABBITMQ_NODE_PORT"] = $"{Port}",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_DIST_PORT"] = $"{distributionPort}",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(directory, "data"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(directory, "log"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(directory, "none"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(directory, "none-either"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(directory, "plugins"),
            ["RABBITMQ_ALLOW_INPUT"] = "1",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-noinput",
        })
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
