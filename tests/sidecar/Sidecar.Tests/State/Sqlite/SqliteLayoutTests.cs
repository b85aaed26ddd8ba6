using System.Text;
using Sidecar.Components;
using Sidecar.State;

namespace Sidecar.Tests.State.Sqlite;

public sealed class SqliteLayoutTests : IDisposable
{
    // As a daprd leaves them.
    private const string DaprdState =
        "CREATE TABLE state (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, is_binary BOOLEAN NOT NULL, etag TEXT NOT NULL, expiration_time TIMESTAMP DEFAULT NULL, update_time TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)";

    private const string DaprdMetadata = "CREATE TABLE metadata (key text NOT NULL PRIMARY KEY, value text NOT NULL)";

    private readonly SqliteFiles files = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task A_new_file_has_the_tables_of_daprd()
    {
        await using (await files.OpenAsync())
        {
        }

        Assert.Equal(
            [
                "key|TEXT|1|-|1", "value|TEXT|1|-|0", "is_binary|BOOLEAN|1|-|0", "etag|TEXT|1|-|0",
                "expiration_time|TIMESTAMP|0|NULL|0", "update_time|TIMESTAMP|1|CURRENT_TIMESTAMP|0",
            ],
            files.Rows("SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('state')"));
        Assert.Equal(["key|text|1|-|1", "value|text|1|-|0"], files.Rows("SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('metadata')"));
        Assert.Equal(["migrations|1|text"], files.Rows("SELECT key, value, typeof(value) FROM metadata"));
        Assert.Equal(["wal"], files.Rows("PRAGMA journal_mode"));
        Assert.Empty(files.Rows("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name NOT IN ('state', 'metadata')"));
    }

    [Fact]
    public async Task The_tables_may_have_other_names()
    {
        await using (await files.OpenAsync(("tableName", "views"), ("metadataTableName", "dapr_levels")))
        {
        }

        Assert.Equal(["dapr_levels", "views"], files.Rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"));
    }

    [Fact]
    public async Task Values_lie_in_the_table_as_daprd_writes_them()
    {
        await using var store = await files.OpenAsync();
        await store.WriteAsync(new StateWrite("a") { Value = new("""{"x":1}"""u8.ToArray(), true) }, Cancellation);
        await store.WriteAsync(new StateWrite("b") { Value = new(new byte[] { 255, 254, 0 }, false), Metadata = new Dictionary<string, string> { ["ttlInSeconds"] = "90" } }, Cancellation);
        await store.WriteAsync(new StateWrite("c") { Value = new(default, false), Concurrency = "first-write" }, Cancellation);
        Assert.Equal(
            ["""a|{"x":1}|0|-|2026-03-01 12:00:00""", "b|//4A|1|2026-03-01 12:01:30|2026-03-01 12:00:00", "c||1|-|2026-03-01 12:00:00"],
            files.Rows("SELECT key, value, is_binary, expiration_time, update_time FROM state ORDER BY key"));
        Assert.Equal(["text|integer|text|36"], files.Rows("SELECT typeof(value), typeof(is_binary), typeof(etag), length(etag) FROM state WHERE key = 'b'"));
    }

    [Fact]
    public async Task A_file_of_daprd_is_used_as_it_is()
    {
        files.Execute(
            DaprdMetadata, "INSERT INTO metadata VALUES ('migrations', '1')", DaprdState,
            "INSERT OR REPLACE INTO state (key, value, is_binary, etag, update_time, expiration_time) VALUES ('json', '{\"a\":1}', 0, 'e1', '2026-03-01 11:00:00', NULL)",
            "INSERT OR REPLACE INTO state (key, value, is_binary, etag, update_time, expiration_time) VALUES ('bytes', 'AAH/', 1, 'e2', '2026-03-01 11:00:00', '2026-03-01 12:00:01')",
            "INSERT OR REPLACE INTO state (key, value, is_binary, etag, update_time, expiration_time) VALUES ('dead', '1', 0, 'e3', '2026-03-01 11:00:00', '2026-03-01 12:00:00')");
        await using var store = await files.OpenAsync();
        Assert.Equal(("""{"a":1}""", "e1", null), await ReadAsync("json"));
        Assert.Equal(("\0\u0001\ufffd", "e2", "2026-03-01T12:00:01Z"), await ReadAsync("bytes"));
        Assert.Null(await store.GetAsync(new StateRead("dead"), Cancellation));
        await store.WriteAsync(new StateWrite("json") { Value = new("2"u8.ToArray(), true), ETag = "e1" }, Cancellation);
        Assert.Equal(["2"], files.Rows("SELECT value FROM state WHERE key = 'json'"));

        async Task<(string, string?, string?)> ReadAsync(string key)
        {
            var item = (await store.GetAsync(new StateRead(key), Cancellation))!;
            return (Encoding.UTF8.GetString(item.Data.Span), item.ETag, item.Metadata?["ttlExpireTime"]);
        }
    }

    [Fact]
    public async Task A_table_from_before_there_were_levels_is_taken_over()
    {
        files.Execute(DaprdState, "INSERT INTO state (key, value, is_binary, etag) VALUES ('old', '1', 0, 'e')");
        await using var store = await files.OpenAsync();
        Assert.Equal("e", (await store.GetAsync(new StateRead("old"), Cancellation))?.ETag);
        Assert.Equal(["migrations|1"], files.Rows("SELECT key, value FROM metadata"));
    }

    [Fact]
    public async Task A_level_of_the_future_is_left_alone_and_nonsense_is_refused()
    {
        files.Execute(DaprdMetadata, "INSERT INTO metadata VALUES ('migrations', '9')", DaprdState);
        await using (await files.OpenAsync())
        {
        }

        files.Execute("UPDATE metadata SET value = 'nine'");
        await using var store = files.Store();
        var refusal = await Assert.ThrowsAsync<ComponentException>(() => store.InitAsync(Cancellation));
        Assert.Contains("invalid migration level found in metadata table: nine", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["nine"], files.Rows("SELECT value FROM metadata"));
    }

    [Fact]
    public async Task A_value_that_is_no_base64_is_an_error_of_its_key_alone()
    {
        await using var store = await files.OpenAsync();
        files.Execute("INSERT INTO state (key, value, is_binary, etag) VALUES ('bad', 'A*', 1, 'e'), ('good', '1', 0, 'e')");
        var refusal = await Assert.ThrowsAsync<StateException>(async () => await store.GetAsync(new StateRead("bad"), Cancellation));
        Assert.Equal("failed to decode binary data: illegal base64 data at input byte 1", refusal.Message);
        var items = await store.GetManyAsync([new StateRead("bad"), new StateRead("good")], 0, Cancellation);
        Assert.Equal(["bad|failed to decode binary data: illegal base64 data at input byte 1", "good|"], items.Select(item => $"{item.Key}|{item.Error}"));
    }

    [Fact]
    public async Task Found_keys_come_in_the_order_of_the_index()
    {
        await using var store = await files.OpenAsync();
        string[] keys = ["b", "a", "🙂", "Z", "ż", "\uffee"];
        foreach (var key in keys)
        {
            await store.WriteAsync(new StateWrite(key) { Value = new("1"u8.ToArray(), true) }, Cancellation);
        }

        var items = await store.GetManyAsync([.. keys.Select(key => new StateRead(key))], 0, Cancellation);
        var index = files.Rows($"SELECT key FROM state WHERE key IN ({string.Join(',', keys.Select(key => $"'{key}'"))})");
        Assert.Equal(index, items.Select(item => item.Key));
    }
}
