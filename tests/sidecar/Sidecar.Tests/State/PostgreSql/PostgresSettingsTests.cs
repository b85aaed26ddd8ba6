using Npgsql;
using Sidecar.Components;
using Sidecar.State.PostgreSql;

namespace Sidecar.Tests.State.PostgreSql;

public sealed class PostgresSettingsTests
{
    [Theory]
    [InlineData("host=db.local user=ann password=secret port=5433 dbname=books sslmode=disable")]
    [InlineData("  host = db.local user='ann'  password='sec''ret' ")]
    [InlineData("postgres://ann:secret@db.local:5433/books?sslmode=disable")]
    [InlineData("postgresql://ann:se%63ret@db.local:5433/books?sslmode=disable&application_name=x%20y")]
    public void A_connection_string_has_two_forms(string text)
    {
        if (text.Contains("''", StringComparison.Ordinal))
        {
            // Two quotes end a value and begin the next word, which has no name.
            Assert.Contains("\"connectionString\" cannot be read", Refusal(("connectionString", text)), StringComparison.Ordinal);
            return;
        }

        var connection = Of(("connectionString", text));
        Assert.Equal(("db.local", 5433, "books", "ann", "secret", SslMode.Disable), (connection.Host, connection.Port, connection.Database, connection.Username, connection.Password, connection.SslMode));
    }

    [Fact]
    public void Values_may_be_quoted_and_escaped()
    {
        var connection = Of(("connectionString", """host=h password='it\'s \\ mine' user=a\ b dbname='' """));
        Assert.Equal(("it's \\ mine", "a b"), (connection.Password, connection.Username));
    }

    [Fact]
    public void Settings_of_their_own_win_over_the_connection_string()
    {
        var connection = Of(
            ("url", "postgres://ann:secret@db.local:5433/books"), ("host", "other"), ("port", "6000"), ("user", "bob"), ("password", "p"), ("database", "d"), ("sslRootCert", "/ca.pem"));
        Assert.Equal(("other", 6000, "d", "bob", "p", "/ca.pem"), (connection.Host, connection.Port, connection.Database, connection.Username, connection.Password, connection.RootCertificate));
        Assert.Equal("10.0.0.1", Of(("host", "h"), ("hostaddr", "10.0.0.1")).Host);
    }

    [Fact]
    public void The_pool_is_as_large_as_the_settings_say()
    {
        Assert.Equal(Math.Max(4, Environment.ProcessorCount), Of(("host", "h")).MaxPoolSize);
        var connection = Of(("connectionString", "host=h pool_max_conns=7 pool_min_conns=2 pool_max_conn_idle_time=90s pool_max_conn_lifetime=1h"));
        Assert.Equal((7, 2, 90, 3600), (connection.MaxPoolSize, connection.MinPoolSize, connection.ConnectionIdleLifetime, connection.ConnectionLifetime));
        var own = Of(("connectionString", "host=h pool_max_conns=7"), ("maxConns", "3"), ("connectionMaxIdleTime", "2m"));
        Assert.Equal((3, 120), (own.MaxPoolSize, own.ConnectionIdleLifetime));
        Assert.Equal(7, Of(("connectionString", "host=h pool_max_conns=7"), ("maxConns", "1")).MaxPoolSize);
    }

    [Fact]
    public void Other_words_are_settings_of_the_session()
    {
        var connection = Of(("connectionString", "host=h statement_timeout=5000 search_path=app options='-c geqo=off' lock_timeout='1 s'"));
        Assert.Equal(("app", @"-c statement_timeout=5000 -c geqo=off -c lock_timeout=1\ s"), (connection.SearchPath, connection.Options));
    }

    [Theory]
    [InlineData("cache_statement", true)]
    [InlineData("simple_protocol", false)]
    [InlineData("exec", false)]
    public void Statements_are_prepared_unless_a_proxy_forbids_it(string mode, bool prepares) =>
        Assert.Equal(prepares, Of(("host", "h"), ("queryExecMode", mode)).MaxAutoPrepare > 0);

    [Fact]
    public void A_required_certificate_with_a_root_is_verified()
    {
        Assert.Equal(SslMode.VerifyCA, Of(("connectionString", "host=h sslmode=require sslrootcert=/ca.pem")).SslMode);
        Assert.Equal(SslMode.Require, Of(("connectionString", "host=h sslmode=require")).SslMode);
        Assert.Equal(SslMode.VerifyFull, Of(("connectionString", "host=h sslmode=verify-full")).SslMode);
    }

    [Fact]
    public void Several_hosts_may_have_ports_of_their_own() => Assert.Equal("a:1,b:2", Of(("connectionString", "postgres://a:1,b:2/d")).Host);

    [Fact]
    public void The_intervals_are_those_of_daprd()
    {
        var settings = Settings(("host", "h"));
        Assert.Equal((TimeSpan.FromHours(1), 20), (settings.CleanupInterval, settings.Connection.CommandTimeout));
        settings = Settings(("host", "h"), ("cleanupIntervalInSeconds", "0"), ("timeoutInSeconds", "30"));
        Assert.Equal((TimeSpan.Zero, 30), (settings.CleanupInterval, settings.Connection.CommandTimeout));
    }

    [Fact]
    public void All_problems_are_told_at_once_and_without_the_password()
    {
        var problems = Refusal(("connectionString", "host=h password=geheim sslmode=sometimes port=many"), ("timeout", "0"), ("maxConns", "lots"), ("queryExecMode", "x"), ("useAzureAD", "true"));
        Assert.Equal(
            "invalid value for 'timeout': must be greater than 1s; \"useAzureAD\" is not supported by this sidecar: give a user and a password; "
            + "failed to parse connection string: invalid sslmode: \"sometimes\" is none of disable, allow, prefer, require, verify-ca, verify-full; "
            + "failed to parse connection string: invalid port: \"many\" is no number; \"maxConns\" is \"lots\" and should be a whole number; "
            + "failed to parse connection string: invalid default_query_exec_mode: invalid queryExecMode metadata value: x",
            problems);
        Assert.DoesNotContain("geheim", Refusal(("connectionString", "postgres://a:geheim@h/d?sslmode=x")), StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", Refusal(("connectionString", "host=h password='geheim")), StringComparison.Ordinal);
        Assert.Contains("failed to build connection string", Refusal(), StringComparison.Ordinal);
    }

    private static PostgresSettings Settings(params (string Name, string Value)[] settings) =>
        PostgresSettings.Of(new ComponentMetadata(settings.ToDictionary(setting => setting.Name, setting => setting.Value)), isSecondVersion: true);

    private static NpgsqlConnectionStringBuilder Of(params (string Name, string Value)[] settings) => Settings(settings).Connection;

    private static string Refusal(params (string Name, string Value)[] settings) => Assert.Throws<ComponentException>(() => Settings(settings)).Message;
}
