using Npgsql;
using Sidecar.Components;
using Sidecar.State.PostgreSql;

namespace Runner.Databases;

/// <summary>The database of one service.</summary>
internal sealed record PostgresDatabase(string Host, int Port, string Database, string User, string ConnectionString) : Server("PostgreSQL", Host, Port)
{
    private const string Variables = "LIBRARY_POSTGRES_HOST and LIBRARY_POSTGRES_PORT";

    public static PostgresDatabase Of(ComponentSpec component)
    {
        var settings = PostgresSettings.Of(component.Metadata, component.Version.Equals("v2", StringComparison.OrdinalIgnoreCase)).Connection;
        return Of(settings);
    }

    public static PostgresDatabase Of(NpgsqlConnectionStringBuilder settings)
    {
        settings.Timeout = (int)Patience.TotalSeconds;
        settings.Pooling = false;
        settings.MinPoolSize = 0;
        return new PostgresDatabase(settings.Host!, settings.Port, settings.Database ?? settings.Username!, settings.Username!, settings.ConnectionString);
    }

    public string Password => new NpgsqlConnectionStringBuilder(ConnectionString).Password ?? "";

    public override async Task<Fault?> CheckAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString);
            await connection.OpenAsync(cancellation);
            return null;
        }
        catch (PostgresException refusal)
        {
            return refusal.SqlState switch
            {
                PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InsufficientPrivilege => new Fault(
                    $"{Name} has no database {Database} that user {User} can use with the password in the secret store: {refusal.MessageText}",
                    $"set {PostgresAdmin.Variable} to the connection string of somebody who may make roles and databases, and start again; or have ./run prepare --sql run there")
                {
                    IsLasting = true,
                },
                _ => new Fault($"{Name} refuses: {refusal.MessageText}", "wait until it accepts connections, or look into its log"),
            };
        }
        catch (Exception problem) when (problem is NpgsqlException || IsOfNetwork(problem))
        {
            return Unreachable(problem, Variables);
        }
    }

    public override async Task<string> ForgetAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString);
            await connection.OpenAsync(cancellation);
            await using var command = connection.CreateCommand();
            command.CommandText = """
                DO $$ DECLARE one record; BEGIN
                  FOR one IN SELECT schemaname, tablename FROM pg_tables WHERE tableowner = current_user LOOP
                    EXECUTE format('DROP TABLE %I.%I CASCADE', one.schemaname, one.tablename);
                  END LOOP;
                END $$
                """;
            await command.ExecuteNonQueryAsync(cancellation);
            return $"database {Database} of {Name} is empty";
        }
        catch (Exception problem) when (problem is NpgsqlException || IsOfNetwork(problem))
        {
            return $"database {Database} of {Name} keeps what it has: {problem.GetBaseException().Message}";
        }
    }

    public override string ToString() => $"{Name}, database {Database}, user {User}";
}
