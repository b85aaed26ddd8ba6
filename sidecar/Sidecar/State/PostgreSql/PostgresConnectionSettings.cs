using System.Globalization;
using Npgsql;
using Sidecar.Components;

namespace Sidecar.State.PostgreSql;

/// <summary>Translates the settings of a PostgreSQL connection, as libpq and daprd's driver name them, for the driver that is used here.</summary>
internal static class PostgresConnectionSettings
{
    private static readonly string[] Overrides = ["user", "password", "host", "hostaddr", "port", "database", "sslrootcert"];

    private static readonly (string Setting, string Variable)[] Environment =
    [
        ("host", "PGHOST"), ("port", "PGPORT"), ("database", "PGDATABASE"), ("user", "PGUSER"), ("password", "PGPASSWORD"), ("sslmode", "PGSSLMODE"),
        ("sslrootcert", "PGSSLROOTCERT"), ("sslcert", "PGSSLCERT"), ("sslkey", "PGSSLKEY"), ("connect_timeout", "PGCONNECT_TIMEOUT"),
        ("application_name", "PGAPPNAME"), ("target_session_attrs", "PGTARGETSESSIONATTRS"), ("timezone", "PGTZ"), ("options", "PGOPTIONS"),
    ];

    /// <summary>Known to daprd's driver, without a meaning here.</summary>
    private static readonly HashSet<string> WithoutMeaning = new(StringComparer.Ordinal)
    {
        "client_encoding", "min_read_buffer_size", "sslsni", "sslnegotiation", "krbspn", "description_cache_capacity", "pool_health_check_period",
        "pool_max_conn_lifetime_jitter", "pool_min_idle_conns", "min_protocol_version", "max_protocol_version",
    };

    public static NpgsqlConnectionStringBuilder Of(ComponentMetadata metadata, TimeSpan timeout)
    {
        var seconds = (int)Math.Ceiling(timeout.TotalSeconds);
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = Directory.Exists("/var/run/postgresql") ? "/var/run/postgresql" : "localhost",
            Username = System.Environment.UserName,
            Timeout = Math.Min(seconds, 5),
            CommandTimeout = seconds,
            MaxPoolSize = Math.Max(4, System.Environment.ProcessorCount),
            ConnectionIdleLifetime = 1800,
            // The timer behind this runs only while there are idle connections to close.
            ConnectionPruningInterval = 300,
            MaxAutoPrepare = 32,
            AutoPrepareMinUsages = 1,
            // Nothing here ever changes a session.
            NoResetOnClose = true,
        };
        foreach (var (name, value) in Collect(metadata))
        {
            Apply(connection, name, value, metadata);
        }

        if (metadata.Int("maxConns", 0) is > 1 and var most)
        {
            connection.MaxPoolSize = most;
        }

        if (metadata.Duration("connectionMaxIdleTime", TimeSpan.Zero) is { TotalSeconds: > 0 } idle)
        {
            connection.ConnectionIdleLifetime = WholeSeconds(idle);
        }

        if (metadata.Has("queryExecMode"))
        {
            Apply(connection, "default_query_exec_mode", metadata.String("queryExecMode"), metadata);
        }

        connection.MinPoolSize = Math.Min(connection.MinPoolSize, connection.MaxPoolSize);
        connection.ConnectionPruningInterval = Math.Min(connection.ConnectionPruningInterval, connection.ConnectionIdleLifetime);
        return connection;
    }

    private static Dictionary<string, string> Collect(ComponentMetadata metadata)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            settings = PostgresConnectionString.Parse(metadata.String("connectionString", metadata.String("url")));
        }
        catch (FormatException error)
        {
            metadata.Problem($"\"connectionString\" cannot be read: {error.Message}");
        }

        foreach (var name in Overrides)
        {
            if (metadata.Has(name))
            {
                settings[name == "hostaddr" ? "host" : name] = metadata.String(name);
            }
        }

        if (settings.Count == 0)
        {
            metadata.Problem("failed to build connection string: \"connectionString\", or \"host\", \"user\", \"password\" and \"database\", are required");
        }

        foreach (var (name, variable) in Environment)
        {
            if (!settings.ContainsKey(name) && System.Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
            {
                settings[name] = value;
            }
        }

        // A root certificate that nobody looks at would be a mistake: libpq takes this pair to mean verify-ca.
        if (settings.GetValueOrDefault("sslmode") == "require" && settings.ContainsKey("sslrootcert"))
        {
            settings["sslmode"] = "verify-ca";
        }

        return settings;
    }

    private static void Apply(NpgsqlConnectionStringBuilder connection, string name, string value, ComponentMetadata metadata)
    {
        try
        {
            switch (name)
            {
                case "host" or "hostaddr": connection.Host = value; break;
                case "port" when value.Contains(','): connection.Host = WithPorts(connection.Host!, value); break;
                case "port": connection.Port = Number(value); break;
                case "user": connection.Username = value; break;
                case "password": connection.Password = value; break;
                case "database": connection.Database = value; break;
                case "sslmode": connection.SslMode = SslModeOf(value); break;
                case "sslrootcert": connection.RootCertificate = value; break;
                case "sslcert": connection.SslCertificate = value; break;
                case "sslkey": connection.SslKey = value; break;
                case "sslpassword": connection.SslPassword = value; break;
                case "passfile": connection.Passfile = value; break;
                case "krbsrvname": connection.KerberosServiceName = value; break;
                case "connect_timeout": connection.Timeout = Number(value); break;
                case "application_name": connection.ApplicationName = value; break;
                case "search_path": connection.SearchPath = value; break;
                case "timezone": connection.Timezone = value; break;
                case "target_session_attrs": connection.TargetSessionAttributes = value; break;
                case "options": connection.Options = $"{connection.Options} {value}".Trim(); break;
                case "pool_max_conns": connection.MaxPoolSize = Number(value); break;
                case "pool_min_conns": connection.MinPoolSize = Number(value); break;
                case "pool_max_conn_idle_time": connection.ConnectionIdleLifetime = Seconds(value); break;
                case "pool_max_conn_lifetime": connection.ConnectionLifetime = Seconds(value); break;
                case "statement_cache_capacity": connection.MaxAutoPrepare = Number(value); break;
                case "default_query_exec_mode": connection.MaxAutoPrepare = Prepares(value) ? connection.MaxAutoPrepare : 0; break;
                case "service" or "servicefile": throw new FormatException("service files are not supported by this sidecar");
                case var _ when WithoutMeaning.Contains(name): break;
                // Anything else is a setting of the server's session.
                default: connection.Options = $"{connection.Options} -c {name}={value.Replace("\\", "\\\\").Replace(" ", "\\ ")}".Trim(); break;
            }
        }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException)
        {
            metadata.Problem($"failed to parse connection string: invalid {name}: {error.Message}");
        }
    }

    private static string WithPorts(string hosts, string ports)
    {
        var (names, numbers) = (hosts.Split(','), ports.Split(','));
        return names.Length == numbers.Length
            ? string.Join(',', names.Zip(numbers, (host, port) => port.Length == 0 ? host : $"{host}:{Number(port)}"))
            : throw new FormatException("there must be as many ports as hosts");
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException($"\"{text}\" is no number");

    private static int Seconds(string text) => GoDuration.TryParse(text, null, out var duration)
        ? WholeSeconds(duration)
        : throw new FormatException($"\"{text}\" is no duration");

    private static int WholeSeconds(TimeSpan duration) => (int)Math.Clamp(Math.Ceiling(duration.TotalSeconds), 1, int.MaxValue);

    private static SslMode SslModeOf(string text) => text switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => throw new FormatException($"\"{text}\" is none of disable, allow, prefer, require, verify-ca, verify-full"),
    };

    private static bool Prepares(string mode) => mode switch
    {
        "cache_statement" => true,
        "cache_describe" or "describe_exec" or "exec" or "simple_protocol" => false,
        _ => throw new FormatException($"invalid queryExecMode metadata value: {mode}"),
    };
}
