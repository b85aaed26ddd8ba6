namespace Sidecar.State.Sqlite;

/// <summary>A write that was answered survives a power cut: the log is synchronised at every commit. Asked for, then read back.</summary>
internal static class SqliteDurability
{
    public static void Ensure(SqliteDatabase database, SqliteSettings settings)
    {
        var journal = settings.IsInMemory ? "memory" : settings.UsesWal ? "wal" : "delete";
        var actual = database.Scalar($"PRAGMA journal_mode = {journal}");
        if (actual != journal)
        {
            throw new InvalidDataException($"its journal mode stays \"{actual}\" instead of \"{journal}\""
                + (settings.UsesWal ? ": a file system without shared memory needs the setting \"disableWAL\"" : ""));
        }

        // What was deleted or replaced is overwritten, in pages that are written anyway.
        database.Execute("PRAGMA secure_delete = ON");
        database.Execute("PRAGMA synchronous = FULL");
        foreach (var pragma in settings.Pragmas)
        {
            database.Execute($"PRAGMA {pragma}");
        }

        var chosen = settings.Pragmas.Any(pragma => pragma.StartsWith("synchronous", StringComparison.OrdinalIgnoreCase));
        if (!chosen && database.Scalar("PRAGMA synchronous") is not "2" and var level)
        {
            throw new InvalidDataException($"it synchronises at level {level} instead of 2 (FULL)");
        }
    }
}
