using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Sidecar.Components;
using Sidecar.State;
using Sidecar.State.Sqlite;

namespace Sidecar.Tests.State.Sqlite;

public sealed class SqliteDurabilityTests : IDisposable
{
    private const string ChildVariable = "SIDECAR_TEST_SQLITE_WRITER";
    private readonly SqliteFiles files = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("false", "wal")]
    [InlineData("true", "delete")]
    public void The_log_is_synchronised_at_every_commit(string disableWal, string journal)
    {
        using var database = files.Look();
        SqliteDurability.Ensure(database, Settings(("disableWAL", disableWal)));
        Assert.Equal((journal, "2"), (database.Scalar("PRAGMA journal_mode"), database.Scalar("PRAGMA synchronous")));
    }

    [Fact]
    public async Task What_was_deleted_or_replaced_is_in_no_file_once_writes_rest()
    {
        await using var store = await files.OpenAsync();
        var large = string.Concat(Enumerable.Repeat("planted", 2_000));
        foreach (var (key, text) in new[] { ("a", "planted"), ("b", "planted too"), ("c", large), ("stays", "kept") })
        {
            await store.WriteAsync(Saying(key, text), Cancellation);
        }

        Assert.Contains("planted", Bytes(), StringComparison.Ordinal);
        await store.WriteAsync(Saying("a", "x"), Cancellation);
        await store.WriteAsync(new StateWrite("b") { IsDelete = true }, Cancellation);
        await store.WriteAsync(new StateWrite("c") { IsDelete = true }, Cancellation);

        for (var tries = 0; tries < 500 && Bytes().Contains("planted", StringComparison.Ordinal); tries++)
        {
            await Task.Delay(20, Cancellation);
        }

        Assert.DoesNotContain("planted", Bytes(), StringComparison.Ordinal);
        Assert.Contains("kept", Bytes(), StringComparison.Ordinal);

        string Bytes() => string.Concat(Directory.GetFiles(Path.GetDirectoryName(files.File)!, "state.db*").Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)).Select(Content));
    }

    [Fact]
    public void Only_the_user_may_choose_less()
    {
        using var database = files.Look();
        SqliteDurability.Ensure(database, Settings(("connectionString", files.File + "?_pragma=synchronous(NORMAL)&_pragma=cache_size(-4000)")));
        Assert.Equal(("1", "-4000"), (database.Scalar("PRAGMA synchronous"), database.Scalar("PRAGMA cache_size")));
    }

    [Fact]
    public void A_database_that_does_not_keep_the_log_is_not_used()
    {
        using var database = new SqliteDatabase(":memory:", TimeSpan.Zero, TimeProvider.System, new ManualResetEventSlim());
        var refusal = Assert.Throws<InvalidDataException>(() => SqliteDurability.Ensure(database, Settings()));
        Assert.Contains("stays \"memory\" instead of \"wal\"", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_does_not_exist_is_told_at_start()
    {
        await using var store = files.Store(("connectionString", "/no/such/folder/state.db"));
        var refusal = await Assert.ThrowsAsync<ComponentException>(() => store.InitAsync(Cancellation));
        Assert.StartsWith("cannot use the SQLite database file:/no/such/folder/state.db: unable to open database file", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_answered_survives_the_death_of_the_process()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true, Environment = { [ChildVariable] = files.File } };
        var answered = new List<string>();
        using (var child = Process.Start(start)!)
        {
            while (answered.Count < 2000 && await child.StandardOutput.ReadLineAsync(Cancellation) is { } key)
            {
                answered.Add(key);
            }

            child.Kill();
            // What was on its way through the pipe was answered too.
            answered.AddRange((await child.StandardOutput.ReadToEndAsync(Cancellation)).Split('\n')[..^1]);
            await child.WaitForExitAsync(Cancellation);
        }

        Assert.True(answered.Count >= 2000, $"only {answered.Count} writes were answered");
        await using var store = await files.OpenAsync();
        foreach (var key in answered)
        {
            Assert.Equal(key, Encoding.UTF8.GetString((await store.GetAsync(new StateRead(key), Cancellation))!.Data.Span));
        }
    }

    /// <summary>
    /// The same executable as a process that writes until it is killed, and prints each key when its write is answered. No other thread
    /// may run code of this assembly while it is being initialised.
    /// </summary>
    [ModuleInitializer]
    internal static void WriteUntilKilled()
    {
        if (Environment.GetEnvironmentVariable(ChildVariable) is not { } file)
        {
            return;
        }

        var spec = new ComponentSpec("child", "state.sqlite", "v1", new ComponentMetadata(new Dictionary<string, string> { ["connectionString"] = file }));
        var store = new SqliteStateStore(spec, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        store.InitAsync(CancellationToken.None).Wait();
        using var output = Console.OpenStandardOutput();
        var keys = new string[8];
        var writes = new Task[keys.Length];
        Array.Fill(writes, Task.CompletedTask);
        for (var number = 0; ; number++)
        {
            var writer = Task.WaitAny(writes);
            writes[writer].Wait();
            if (keys[writer] is { } answered)
            {
                output.Write(Encoding.UTF8.GetBytes(answered + "\n"));
            }

            keys[writer] = string.Create(CultureInfo.InvariantCulture, $"key-{number}");
            var value = new StateValue(Encoding.UTF8.GetBytes(keys[writer]), IsJson: false);
            writes[writer] = store.WriteAsync(new StateWrite(keys[writer]) { Value = value }, CancellationToken.None).AsTask();
        }
    }

    private static StateWrite Saying(string key, string text) => new(key) { Value = new StateValue(Encoding.UTF8.GetBytes($"\"{text}\""), IsJson: true) };

    private static string Content(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var text = new StreamReader(file, Encoding.Latin1);
        return text.ReadToEnd();
    }

    private SqliteSettings Settings(params (string Name, string Value)[] settings)
    {
        var all = settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        all.TryAdd("connectionString", files.File);
        return SqliteSettings.Of(new ComponentMetadata(all));
    }
}
