using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Sidecar.Components;
using Sidecar.State.PostgreSql;

namespace Runner.Databases;

/// <summary>Makes the roles and databases of services, as somebody who may.</summary>
internal sealed class PostgresAdmin(string connectionString)
{
    public const string Variable = "LIBRARY_POSTGRES_ADMIN";

    /// <summary>Null when nobody said who that is. What it leaves out about the server is as for the service.</summary>
    public static PostgresAdmin? Of(Func<string, string?> environment, PostgresDatabase near)
    {
        if (environment(Variable) is not { Length: > 0 } text)
        {
            return null;
        }

        try
        {
            var named = PostgresConnectionString.Parse(text);
            var settings = new Dictionary<string, string> { ["connectionString"] = text };
            if (!named.ContainsKey("host") && !named.ContainsKey("hostaddr"))
            {
                settings["host"] = near.Host;
                settings["port"] = $"{near.Port}";
            }

            if (!named.ContainsKey("database") && !named.ContainsKey("dbname"))
            {
                settings["database"] = "postgres";
            }

            var metadata = new ComponentMetadata(settings);
            var connection = PostgresConnectionSettings.Of(metadata, TimeSpan.FromSeconds(20));
            metadata.Check();
            connection.Pooling = false;
            connection.MinPoolSize = 0;
            return new PostgresAdmin(connection.ConnectionString);
        }
        catch (Exception problem) when (problem is FormatException or ComponentException)
        {
            // The parser's words may quote what it read, and that holds a password.
            throw new InvalidDataException($"{Variable} is no connection string: write \"host=… user=… password=…\" or postgres://user:password@host/", problem);
        }
    }

    /// <summary>Also gives a role that is there already the password that the secret store has.</summary>
    public async Task MakeAsync(PostgresDatabase database, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        var isKnown = await ExistsAsync(connection, "SELECT 1 FROM pg_roles WHERE rolname = $1", database.User, cancellation);
        await RunAsync(connection, RoleSql(database, isKnown ? "ALTER" : "CREATE"), cancellation);
        if (!await ExistsAsync(connection, "SELECT 1 FROM pg_database WHERE datname = $1", database.Database, cancellation))
        {
            await RunAsync(connection, DatabaseSql(database), cancellation);
            await RunAsync(connection, PrivacySql(database), cancellation);
        }
    }

    /// <summary>For psql, which does what \gexec says only when there is something to do.</summary>
    public static string Sql(IEnumerable<PostgresDatabase> databases)
    {
        var script = new StringBuilder();
        foreach (var database in databases.DistinctBy(database => (database.Host, database.Port, database.Database, database.User)))
        {
            script.AppendLine($"-- {database.Name}");
            script.AppendLine($"SELECT {Literal($"CREATE ROLE {Quoted(database.User)}")} WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {Literal(database.User)}) \\gexec");
            script.AppendLine(RoleSql(database, "ALTER") + ";");
            script.AppendLine($"SELECT {Literal(DatabaseSql(database))} WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = {Literal(database.Database)}) \\gexec");
            script.AppendLine(PrivacySql(database) + ";");
        }

        return script.ToString();
    }

    private static string RoleSql(PostgresDatabase database, string verb) => $"{verb} ROLE {Quoted(database.User)} LOGIN PASSWORD {Literal(Verifier(database.Password))}";

    private static string DatabaseSql(PostgresDatabase database) => $"CREATE DATABASE {Quoted(database.Database)} OWNER {Quoted(database.User)}";

    private static string PrivacySql(PostgresDatabase database) => $"REVOKE CONNECT, TEMPORARY ON DATABASE {Quoted(database.Database)} FROM PUBLIC";

    /// <summary>What the server keeps of a password: the password itself goes into no script and no log of the server.</summary>
    private static string Verifier(string password)
    {
        const int Rounds = 4096;
        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, Rounds, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Rounds}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}";
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string sql, string name, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = name } } };
        return await command.ExecuteScalarAsync(cancellation) is not null;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"")}\"";

    private static string Literal(string text) => $"'{text.Replace("'", "''")}'";
}
