using System.Text;
using Sidecar.Components;
using Sidecar.State;
using Sidecar.State.PostgreSql;

namespace Sidecar.Tests.State.PostgreSql;

public sealed class PostgresLayoutTests(PostgresFixture postgres)
{
    private const string Columns = "SELECT column_name, data_type, is_nullable, column_default, is_identity FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Version_1_creates_the_tables_of_daprd()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using (await database.OpenAsync("v1"))
        {
        }

        Assert.Equal(
            [
                "key|text|NO|-|NO", "value|jsonb|NO|-|NO", "isbinary|boolean|NO|-|NO", "insertdate|timestamp with time zone|NO|now()|NO",
                "updatedate|timestamp with time zone|YES|-|NO", "expiredate|timestamp with time zone|YES|-|NO", "row_id|bigint|NO|-|YES",
            ],
            await database.RowsAsync(Columns, "state"));
        Assert.Equal(["state_pkey|CREATE UNIQUE INDEX state_pkey ON public.state USING btree (key)", "state_row_id_uidx|CREATE UNIQUE INDEX state_row_id_uidx ON public.state USING btree (row_id)"], await IndexesAsync(database));
        Assert.Equal(["lock|lock", "migrations|3"], await LevelsAsync(database));
        Assert.Equal(["key|text|NO|-|NO", "value|text|NO|-|NO"], await database.RowsAsync(Columns, "dapr_metadata"));
    }

    [Fact]
    public async Task Version_2_creates_the_tables_of_daprd()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using (await database.OpenAsync("v2", ("tablePrefix", "v2_")))
        {
        }

        Assert.Equal(
            [
                "key|text|NO|-|NO", "value|bytea|NO|-|NO", "etag|uuid|NO|gen_random_uuid()|NO", "created_at|timestamp with time zone|NO|now()|NO",
                "updated_at|timestamp with time zone|YES|-|NO", "expires_at|timestamp with time zone|YES|-|NO", "row_id|bigint|NO|-|YES",
            ],
            await database.RowsAsync(Columns, "v2_state"));
        Assert.Equal(
            [
                "v2_state_expires_at_idx|CREATE INDEX v2_state_expires_at_idx ON public.v2_state USING btree (expires_at)",
                "v2_state_pkey|CREATE UNIQUE INDEX v2_state_pkey ON public.v2_state USING btree (key)",
                "v2_state_row_id_uidx|CREATE UNIQUE INDEX v2_state_row_id_uidx ON public.v2_state USING btree (row_id)",
            ],
            await IndexesAsync(database));
        Assert.Equal(["lock|lock", "migrations-state-v2-v2_|2"], await LevelsAsync(database));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task A_database_of_an_older_daprd_is_upgraded_with_its_rows(string level)
    {
        var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync(
            $"""
            CREATE TABLE dapr_metadata (key text NOT NULL PRIMARY KEY, value text NOT NULL);
            INSERT INTO dapr_metadata VALUES ('lock', 'lock'), ('migrations', '{level}');
            CREATE TABLE state (key text NOT NULL PRIMARY KEY, value jsonb NOT NULL, isbinary boolean NOT NULL,
                insertdate TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(), updatedate TIMESTAMP WITH TIME ZONE NULL);
            INSERT INTO state VALUES ('younger', '"YQ=="', true, '2024-02-01'), ('older', '1', false, '2024-01-01')
            """);
        if (level == "2")
        {
            await database.ExecuteAsync("ALTER TABLE state ADD expiredate TIMESTAMP WITH TIME ZONE");
        }

        await using var store = await database.OpenAsync("v1");
        await store.WriteAsync(new StateWrite("new") { Value = new("3"u8.ToArray(), true) }, Cancellation);
        Assert.Equal(["older|1", "younger|2", "new|3"], await database.RowsAsync("SELECT key, row_id FROM state ORDER BY row_id"));
        Assert.Equal("a", Encoding.UTF8.GetString((await store.GetAsync(new StateRead("younger"), Cancellation))!.Data.Span));
        Assert.Equal(["lock|lock", "migrations|3"], await LevelsAsync(database));
    }

    [Fact]
    public async Task The_older_table_of_version_2_is_upgraded_too()
    {
        var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync(
            """
            CREATE TABLE dapr_metadata (key text NOT NULL PRIMARY KEY, value text NOT NULL);
            INSERT INTO dapr_metadata VALUES ('migrations-state-v2-', '1');
            CREATE TABLE state (key text NOT NULL PRIMARY KEY, value bytea NOT NULL, etag uuid NOT NULL DEFAULT gen_random_uuid(),
                created_at timestamp with time zone NOT NULL DEFAULT now(), updated_at timestamp with time zone, expires_at timestamp with time zone);
            INSERT INTO state (key, value, created_at) VALUES ('younger', 'a', '2024-02-01'), ('older', 'b', '2024-01-01')
            """);
        await using var store = await database.OpenAsync("v2");
        Assert.Equal("b", Encoding.UTF8.GetString((await store.GetAsync(new StateRead("older"), Cancellation))!.Data.Span));
        Assert.Equal(["older|1", "younger|2"], await database.RowsAsync("SELECT key, row_id FROM state ORDER BY row_id"));
        Assert.Equal(["lock|lock", "migrations-state-v2-|2"], await LevelsAsync(database));
    }

    [Fact]
    public async Task Many_that_start_at_once_on_a_new_database_agree()
    {
        var database = await postgres.CreateDatabaseAsync();
        var stores = Enumerable.Range(0, 6).Select(number => database.Store(number % 2 == 0 ? "v1" : "v2", ("tablePrefix", "v2_"))).ToList();
        await Task.WhenAll(stores.Select(store => store.InitAsync(Cancellation)));
        Assert.Equal(["lock|lock", "migrations|3", "migrations-state-v2-v2_|2"], await LevelsAsync(database));
        foreach (var store in stores)
        {
            await store.WriteAsync(new StateWrite("k") { Value = new("1"u8.ToArray(), true) }, Cancellation);
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Tables_may_have_other_names_and_lie_in_a_schema()
    {
        var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE SCHEMA app");
        await using var first = await database.OpenAsync("v1", ("tableName", "app.loans"), ("metadataTableName", "app.levels"));
        await using var second = await database.OpenAsync("v1", ("tableName", "app.users"), ("metadataTableName", "app.levels"));
        await second.WriteAsync(new StateWrite("k") { Value = new("1"u8.ToArray(), true) }, Cancellation);
        Assert.Equal(["levels", "loans", "users"], await database.RowsAsync("SELECT tablename FROM pg_tables WHERE schemaname = 'app' ORDER BY 1"));
        Assert.Equal(["k"], await database.RowsAsync("SELECT key FROM app.users"));
    }

    [Fact]
    public async Task Version_1_keeps_values_as_daprd_keeps_them()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var store = await database.OpenAsync("v1");
        await store.WriteAsync(new StateWrite("a") { Value = new("""{"x":1}"""u8.ToArray(), true) }, Cancellation);
        await store.WriteAsync(new StateWrite("b") { Value = new(new byte[] { 255, 254, 0 }, false) }, Cancellation);
        Assert.Equal(["""a|{"x": 1}|False|-""", "b|\"//4A\"|True|-"], await database.RowsAsync("SELECT key, value, isbinary, updatedate FROM state ORDER BY key"));
        var etag = (await store.GetAsync(new StateRead("a"), Cancellation))!.ETag!;
        Assert.Equal([etag], await database.RowsAsync("SELECT xmin::text FROM state WHERE key = 'a'"));
        await store.WriteAsync(new StateWrite("a") { Value = new("2"u8.ToArray(), true), ETag = etag }, Cancellation);
        Assert.Equal(["2|True"], await database.RowsAsync("SELECT value, updatedate IS NOT NULL FROM state WHERE key = 'a'"));
    }

    [Fact]
    public async Task Version_2_keeps_values_as_daprd_keeps_them()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var store = await database.OpenAsync("v2");
        await store.WriteAsync(new StateWrite("a") { Value = new("""{"x":1}"""u8.ToArray(), true) }, Cancellation);
        await store.WriteAsync(new StateWrite("b") { Value = new(new byte[] { 255, 254, 0 }, false) }, Cancellation);
        Assert.Equal(["a|7b2278223a317d|-", "b|fffe00|-"], await database.RowsAsync("SELECT key, encode(value, 'hex'), updated_at FROM state ORDER BY key"));
        var etag = (await store.GetAsync(new StateRead("a"), Cancellation))!.ETag!;
        Assert.Equal([etag], await database.RowsAsync("SELECT etag::text FROM state WHERE key = 'a'"));
    }

    [Fact]
    public async Task A_level_that_is_no_number_is_refused()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using (await database.OpenAsync("v1"))
        {
        }

        await database.ExecuteAsync("UPDATE dapr_metadata SET value = 'three' WHERE key = 'migrations'");
        await using var store = database.Store("v1");
        var refusal = await Assert.ThrowsAsync<ComponentException>(() => store.InitAsync(Cancellation));
        Assert.Contains("invalid migration level found in metadata table: three", refusal.Message, StringComparison.Ordinal);
    }

    private static Task<List<string>> LevelsAsync(PostgresDatabase database) => database.RowsAsync("SELECT key, value FROM dapr_metadata ORDER BY key COLLATE \"C\"");

    private static Task<List<string>> IndexesAsync(PostgresDatabase database) =>
        database.RowsAsync("SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE '%state' AND schemaname = 'public' ORDER BY 1");
}
