using System.Globalization;

namespace Sidecar.State.Sqlite;

/// <summary>Brings a file to the layout that daprd gives it, from nothing or from an older level, and writes the level down as daprd does.</summary>
internal static class SqliteSchema
{
    public static void Prepare(SqliteDatabase database, SqliteSettings settings)
    {
        var (table, metadata) = (settings.Table, settings.MetadataTable);
        if (Level(database, metadata) > 0)
        {
            return;
        }

        database.Execute("BEGIN EXCLUSIVE");
        try
        {
            database.Execute($"CREATE TABLE IF NOT EXISTS {metadata} (key text NOT NULL PRIMARY KEY, value text NOT NULL)");
            if (Level(database, metadata) == 0)
            {
                database.Execute($"""
                    CREATE TABLE IF NOT EXISTS {table} (
                        key TEXT NOT NULL PRIMARY KEY,
                        value TEXT NOT NULL,
                        is_binary BOOLEAN NOT NULL,
                        etag TEXT NOT NULL,
                        expiration_time TIMESTAMP DEFAULT NULL,
                        update_time TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
                    )
                    """);
                database.Execute($"REPLACE INTO {metadata} (key, value) VALUES ('migrations', '1')");
            }

            database.Execute("COMMIT");
        }
        catch when (database.InTransaction)
        {
            database.Execute("ROLLBACK");
            throw;
        }
    }

    private static int Level(SqliteDatabase database, string metadata)
    {
        if (database.Scalar("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", metadata) is null)
        {
            return 0;
        }

        var level = database.Scalar($"SELECT value FROM {metadata} WHERE key = 'migrations'") ?? "0";
        return int.TryParse(level, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidDataException($"invalid migration level found in metadata table: {level}");
    }
}
