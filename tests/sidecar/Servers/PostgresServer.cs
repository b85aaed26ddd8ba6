using System.Diagnostics;
using Npgsql;

namespace Servers;

/// <summary>
/// A PostgreSQL of its own on a free port, with the role and the database "dapr" (password "dapr"). It writes as durably as a real one:
/// what it acknowledged survives <see cref="Kill"/> and <see cref="RestartAsync"/>. It dies with the process that started it.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    // The end of the shell's input comes when this process ends, however it ends. Stopped first, the server starts no more processes;
    // as long as one of them lives, the next server refuses to start.
    private const string UntilInputEnds = """
        exec 3<&0 </dev/null
        "$@" 2>&1 3<&- &
        server=$!
        (
            cat <&3
            trap '' TERM
            kill -STOP $server
            all="$server $(cat /proc/$server/task/$server/children)"
            kill -9 $all
            for one in $all; do while [ -e /proc/$one/exe ]; do sleep 0.01; done; done
        ) >/dev/null 2>&1 &
        watch=$!
        exec 3<&-
        wait $server
        kill $watch
        wait $watch
        """;

    private const int MostAttempts = 50;
    private const string Ready = "database system is ready to accept connections";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string? Programs = FindPrograms();
    private readonly string folder = Directory.CreateTempSubdirectory("postgres-").FullName;
    private Process? shell;

    public static bool IsInstalled => Programs is not null;

    public int Port { get; } = Ports.Free();

    public async Task StartAsync()
    {
        if (Programs is null)
        {
            throw new InvalidOperationException("PostgreSQL is not installed (apt-get install postgresql)");
        }

        var data = Path.Combine(folder, "data");
        if (!Directory.Exists(data))
        {
            await RunAsync("chown", "-R", $"{Owner}:", folder);
            await RunAsync([.. AsOwner, $"{Programs}/initdb", "-D", data, "-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]);
            await LaunchAsync(data);
            await using var source = NpgsqlDataSource.Create($"Host={folder};Port={Port};Username=postgres;Pooling=false");
            foreach (var sql in new[] { "CREATE ROLE dapr LOGIN CREATEDB PASSWORD 'dapr'", "CREATE DATABASE dapr OWNER dapr" })
            {
                await using var command = source.CreateCommand(sql);
                await command.ExecuteNonQueryAsync();
            }

            return;
        }

        await LaunchAsync(data);
    }

    /// <summary>For tests that look into it past the code under test.</summary>
    public string ConnectionString(string database = "dapr") =>
        $"Host=127.0.0.1;Port={Port};Username=dapr;Password=dapr;Database={database};SSL Mode=Disable;Pooling=false";

    /// <summary>For who may do anything, in the words of libpq.</summary>
    public string Admin => $"host={folder} port={Port} user=postgres";

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

    public async ValueTask DisposeAsync()
    {
        Kill();
        await RunAsync("rm", "-rf", folder);
    }

    private static string Owner => Environment.IsPrivilegedProcess ? "postgres" : Environment.UserName;

    // PostgreSQL refuses to run as root.
    private static string[] AsOwner =>
        Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={Owner}", $"--regid={Owner}", "--init-groups", "--"] : [];

    /// <summary>The children of a killed server take a moment to see that it is gone.</summary>
    private async Task LaunchAsync(string data)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await LaunchOnceAsync(data);
                return;
            }
            catch (InvalidOperationException problem) when (attempt < MostAttempts && problem.Message.Contains("pre-existing shared memory block", StringComparison.Ordinal))
            {
                Kill();
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private async Task LaunchOnceAsync(string data)
    {
        string[] command =
        [
            "-c", UntilInputEnds, "sh", .. AsOwner, $"{Programs}/postgres", "-D", data, "-p", $"{Port}", "-h", "127.0.0.1", "-k", folder,
            "-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "log_min_messages=log", "-c", "logging_collector=off",
        ];
        var start = new ProcessStartInfo("/bin/sh", command) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        shell = Process.Start(start)!;
        _ = shell.StandardError.ReadToEndAsync();
        await ReadyAsync(shell.StandardOutput).WaitAsync(Patience);
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

        throw new InvalidOperationException($"PostgreSQL did not start: {string.Join('\n', said)}");
    }

    private static async Task RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()).WaitAsync(Patience);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}: {string.Concat(output)}");
        }
    }

    private static string? FindPrograms()
    {
        var installed = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")) : [];
        var inPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return installed.OrderDescending(StringComparer.Ordinal).Concat(inPath).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }
}
