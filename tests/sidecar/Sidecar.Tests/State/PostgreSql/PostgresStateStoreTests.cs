using System.Text.Json.Nodes;
using Sidecar.State;

namespace Sidecar.Tests.State.PostgreSql;

public sealed class PostgresV1StateStoreTests(PostgresFixture postgres) : StrictStateStoreConformance
{
    protected override StateFeatures Features => base.Features | StateFeatures.QueryApi;

    protected override string SecondCreation(string key) => "no item was updated";

    protected override StateFailure SecondCreationKind => StateFailure.Refused;

    protected override string OtherETag => "1";

    protected override (StateFailure Kind, string Words) MalformedETag(string key, string current) =>
        (StateFailure.ETagInvalid, "invalid etag value: strconv.ParseUint: parsing \"nonsense\": invalid syntax");

    // PostgreSQL keeps documents, not texts: its own order of members, its own white space.
    protected override string Kept(string json) => JsonNode.Parse(json) is JsonObject members && members.Count > 0 ? """{"a": "two", "b": 1, "c": [1, null, true]}""" : json;

    protected override async Task<IStateStore> OpenAsync() => await (await postgres.DatabaseAsync()).OpenAsync("v1", ("tableName", "statev1"));

    protected override async Task ExpireAsync(string key, int seconds)
    {
        var database = await postgres.DatabaseAsync();
        var rows = await database.RowsAsync("SELECT expiredate - insertdate FROM statev1 WHERE key = $1", key);
        Assert.Equal([$"{TimeSpan.FromSeconds(seconds)}"], rows);
        await database.ExecuteAsync("UPDATE statev1 SET expiredate = now() - interval '1 second' WHERE key = $1", key);
    }
}

public sealed class PostgresV2StateStoreTests(PostgresFixture postgres) : StrictStateStoreConformance
{
    protected override string SecondCreation(string key) => "no item was updated";

    protected override StateFailure SecondCreationKind => StateFailure.Refused;

    protected override bool KeepsEmptyBytes => false;

    protected override (StateFailure Kind, string Words) MalformedETag(string key, string current) =>
        (StateFailure.ETagMismatch, Mismatch + ": invalid UUID length: 8");

    protected override async Task<IStateStore> OpenAsync() => await (await postgres.DatabaseAsync()).OpenAsync("v2", ("tablePrefix", "v2_"));

    protected override async Task ExpireAsync(string key, int seconds)
    {
        var database = await postgres.DatabaseAsync();
        var rows = await database.RowsAsync("SELECT expires_at - created_at FROM v2_state WHERE key = $1", key);
        Assert.Equal([$"{TimeSpan.FromSeconds(seconds)}"], rows);
        await database.ExecuteAsync("UPDATE v2_state SET expires_at = now() - interval '1 second' WHERE key = $1", key);
    }

    [Fact]
    public async Task What_the_database_refuses_reads_as_its_own_words()
    {
        var refusal = await RefusalAsync(Raw(Key("empty")));
        AssertRefused(refusal, StateFailure.Refused, "ERROR: null value in column \"value\" of relation \"v2_state\" violates not-null constraint (SQLSTATE 23502)");
    }
}
