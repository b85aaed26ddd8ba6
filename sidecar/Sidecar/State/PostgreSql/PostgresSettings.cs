using Npgsql;
using Sidecar.Components;

namespace Sidecar.State.PostgreSql;

/// <summary>What the component's YAML says, with Dapr's names and defaults.</summary>
internal sealed record PostgresSettings
{
    public required NpgsqlConnectionStringBuilder Connection { get; init; }

    public required string Table { get; init; }

    public required string MetadataTable { get; init; }

    /// <summary>The row of the metadata table with the level of the state table's layout.</summary>
    public required string MigrationKey { get; init; }

    /// <summary>The row of the metadata table with the time of the last cleanup.</summary>
    public required string CleanupKey { get; init; }

    public required TimeSpan CleanupInterval { get; init; }

    public static PostgresSettings Of(ComponentMetadata metadata, bool isSecondVersion)
    {
        var timeout = metadata.Duration(metadata.Has("timeout") ? "timeout" : "timeoutInSeconds", TimeSpan.FromSeconds(20));
        if (timeout < TimeSpan.FromSeconds(1))
        {
            metadata.Problem("invalid value for 'timeout': must be greater than 1s");
        }

        foreach (var cloud in new[] { "useAzureAD", "useAWSIAM" })
        {
            if (metadata.Bool(cloud))
            {
                metadata.Problem($"\"{cloud}\" is not supported by this sidecar: give a user and a password");
            }
        }

        var prefix = metadata.String("tablePrefix");
        var settings = new PostgresSettings
        {
            Connection = PostgresConnectionSettings.Of(metadata, timeout),
            Table = isSecondVersion ? prefix + "state" : metadata.String("tableName", "state"),
            MetadataTable = metadata.String("metadataTableName", "dapr_metadata"),
            MigrationKey = isSecondVersion ? "migrations-state-v2-" + prefix : "migrations",
            CleanupKey = isSecondVersion ? "last-cleanup-state-v2-" + prefix : "last-cleanup",
            CleanupInterval = metadata.Duration(metadata.Has("cleanupInterval") ? "cleanupInterval" : "cleanupIntervalInSeconds", TimeSpan.FromHours(1)),
        };
        metadata.Check();
        return settings;
    }
}
