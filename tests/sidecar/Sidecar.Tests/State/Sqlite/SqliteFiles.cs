using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Components;
using Sidecar.State.Sqlite;

namespace Sidecar.Tests.State.Sqlite;

/// <summary>A folder for the database of one test, the stores on it, and a look into it past the stores.</summary>
internal sealed class SqliteFiles : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sqlite-").FullName;

    public ManualTime Time { get; } = new();

    public string File => Path.Combine(folder, "state.db");

    public SqliteStateStore Store(params (string Name, string Value)[] settings) => Store(Time, settings);

    public SqliteStateStore Store(TimeProvider time, params (string Name, string Value)[] settings)
    {
        var all = settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        all.TryAdd("connectionString", File);
        return new SqliteStateStore(new ComponentSpec("store", "state.sqlite", "v1", new ComponentMetadata(all)), time, NullLogger.Instance);
    }

    public async Task<SqliteStateStore> OpenAsync(params (string Name, string Value)[] settings)
    {
        var store = Store(settings);
        await store.InitAsync(TestContext.Current.CancellationToken);
        return store;
    }

    public SqliteDatabase Look() => new(File, TimeSpan.FromSeconds(10), TimeProvider.System, new ManualResetEventSlim());

    /// <summary>All rows, each column as text, NULL as "-".</summary>
    public List<string> Rows(string sql)
    {
        using var database = Look();
        using var statement = new SqliteStatement(database, sql);
        var rows = new List<string>();
        while (statement.Step())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, statement.Columns).Select(column => statement.IsNull(column) ? "-" : statement.String(column))));
        }

        return rows;
    }

    public void Execute(params string[] statements)
    {
        using var database = Look();
        foreach (var sql in statements)
        {
            database.Execute(sql);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
