using Sidecar.Components;
using Sidecar.State.Sqlite;

namespace Sidecar.Tests.State.Sqlite;

public sealed class SqliteSettingsTests
{
    [Fact]
    public void Without_settings_it_does_as_daprd_does()
    {
        var settings = Of(("connectionString", "./state.db"));
        Assert.Equal(("file:./state.db", true, false), (settings.Uri, settings.UsesWal, settings.IsInMemory));
        Assert.Equal(("state", "metadata"), (settings.Table, settings.MetadataTable));
        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.Zero), (settings.Patience, settings.CleanupInterval));
    }

    [Fact]
    public void Names_have_no_case_and_old_names_are_understood()
    {
        var settings = Of(("URL", "data.db"), ("TimeoutInSeconds", "1"), ("busytimeout", "90s"), ("cleanupIntervalInSeconds", "60"), ("DisableWal", "yes"), ("TABLENAME", "t1"));
        Assert.Equal(("file:data.db", false, "t1"), (settings.Uri, settings.UsesWal, settings.Table));
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)), (settings.Patience, settings.CleanupInterval));
    }

    [Theory]
    [InlineData(":memory:", "file::memory:", true, false)]
    [InlineData("file::memory:?cache=shared", "file::memory:", true, false)]
    [InlineData("file:name?mode=memory", "file::memory:", true, false)]
    [InlineData("file:/a/b.db", "file:/a/b.db", false, true)]
    [InlineData("/a/b.db?mode=ro", "file:/a/b.db?mode=ro", false, false)]
    [InlineData("/a/b.db?immutable=1&_txlock=immediate", "file:/a/b.db?immutable=1", false, false)]
    [InlineData("b.db?_pragma=cache_size(-4000)", "file:b.db?", false, true)]
    public void A_connection_string_is_a_path_or_a_uri(string text, string uri, bool isInMemory, bool usesWal)
    {
        var settings = Of(("connectionString", text));
        Assert.Equal((uri, isInMemory, usesWal), (settings.Uri, settings.IsInMemory, settings.UsesWal));
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var refusal = Assert.Throws<ComponentException>(() => Of(("timeout", "10ms"), ("busyTimeout", "soon"), ("tableName", "a;b"), ("metadataTableName", "c d")));
        Assert.Equal(
            "\"connectionString\" is required: the path of the database file, or \":memory:\"; invalid value for 'timeout': must be greater than 1s; "
            + "\"busyTimeout\" is \"soon\" and should be a duration such as 500ms, 20s or 1h30m; \"tableName\": invalid identifier: a;b; \"metadataTableName\": invalid identifier: c d",
            refusal.Message);
    }

    [Theory]
    [InlineData("busy_timeout(100)")]
    [InlineData("Journal_Mode(DELETE)")]
    [InlineData("foreign_keys(1)")]
    public void A_pragma_that_a_setting_decides_is_refused(string pragma)
    {
        var refusal = Assert.Throws<ComponentException>(() => Of(("connectionString", $"a.db?_pragma={pragma}")));
        Assert.StartsWith($"found forbidden option '_pragma={pragma.ToLowerInvariant()[..^(pragma.Length - pragma.IndexOf('('))]}' in the connection string", refusal.Message, StringComparison.Ordinal);
    }

    private static SqliteSettings Of(params (string Name, string Value)[] settings) =>
        SqliteSettings.Of(new ComponentMetadata(settings.ToDictionary(setting => setting.Name, setting => setting.Value)));
}
