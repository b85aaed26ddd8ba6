using System.Diagnostics;

namespace Servers;

/// <summary>
/// A Redis of its own on a free port, which keeps what it acknowledged through <see cref="Kill"/> and <see cref="RestartAsync"/>.
/// It dies with the process that started it. In the settings {port} stands for its port.
/// </summary>
public sealed class RedisServer(params string[] settings) : IAsyncDisposable
{
    // The end of the shell's input comes when this process ends, however it ends.
    private const string UntilInputEnds =
        "exec 3<&0 < /dev/null; \"$@\" 3<&- & server=$!; (cat <&3; kill -9 $server) > /dev/null 2>&1 & watch=$!; exec 3<&-; wait $server; kill $watch";
    private const string Ready = "Ready to accept connections";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string folder = Directory.CreateTempSubdirectory("redis-").FullName;
    private Process? shell;

    public static bool IsInstalled =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "redis-server")));

    public int Port { get; } = Ports.Free();

    public string Host => $"127.0.0.1:{Port}";

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] command =
        [
            "-c", UntilInputEnds, "sh", "redis-server", "--bind", "127.0.0.1", "--port", $"{Port}", "--dir", folder,
            "--save", "", "--appendonly", "yes", "--appendfsync", "always", .. settings.Select(word => word.Replace("{port}", $"{Port}", StringComparison.Ordinal)),
        ];
        foreach (var word in command)
        {
            start.ArgumentList.Add(word);
        }

        shell = Process.Start(start)!;
        _ = shell.StandardError.ReadToEndAsync();
        await ReadyAsync(shell.StandardOutput).WaitAsync(Patience);
    }

    /// <summary>Ends it at once, as a power cut would.</summary>
    public void Kill()
    {
        if (shell is null)
        {
            return;
        }

        shell.StandardInput.Close();
        shell.WaitForExit();
        shell.Dispose();
        shell = null;
    }

    public Task RestartAsync()
    {
        Kill();
        return StartAsync();
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task ReadyAsync(StreamReader output)
    {
        var said = new List<string>();
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.Contains(Ready, StringComparison.Ordinal))
            {
                _ = output.ReadToEndAsync();
                return;
            }

            said.Add(line);
        }

        throw new InvalidOperationException($"redis-server did not start; is it installed (apt-get install redis-server)? It said: {string.Join('\n', said)}");
    }
}
