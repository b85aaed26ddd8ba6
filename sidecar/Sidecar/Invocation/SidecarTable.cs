using System.Collections.Immutable;
using Sidecar.State.Sqlite;

namespace Sidecar.Invocation;

/// <summary>
/// The table of daprd's nameresolution.sqlite: who serves which app where, and when it last said so. Used by one thread.
/// </summary>
internal sealed class SidecarTable : IDisposable
{
    private readonly SqliteDatabase database;
    private readonly SqliteStatement register;
    private readonly SqliteStatement renew;
    private readonly SqliteStatement remove;
    private readonly SqliteStatement find;
    private readonly SqliteStatement expire;

    public SidecarTable(NameResolutionSettings settings, TimeProvider time, ManualResetEventSlim closing)
    {
        database = new SqliteDatabase(settings.Uri, settings.Patience, time, closing);
        try
        {
            if (settings.UsesWal)
            {
                database.Scalar("PRAGMA journal_mode = WAL");
            }

            // What is lost with the power is stale by the time that it is back.
            database.Execute("PRAGMA synchronous = OFF");
            Prepare(settings.Table, settings.MetadataTable);
            register = database.Prepare($"REPLACE INTO {settings.Table} (registration_id, address, app_id, namespace, last_update) VALUES (?, ?, ?, '', ?)");
            renew = database.Prepare($"UPDATE {settings.Table} SET last_update = ? WHERE registration_id = ? AND address = ?");
            remove = database.Prepare($"DELETE FROM {settings.Table} WHERE registration_id = ? AND address = ?");
            find = database.Prepare($"SELECT registration_id, address, last_update FROM {settings.Table} WHERE app_id = ? AND last_update > ?");
            expire = database.Prepare($"DELETE FROM {settings.Table} WHERE last_update < ?");
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public void Register(SidecarRow row, long now)
    {
        register.Bind(1, row.Id);
        register.Bind(2, row.Address);
        register.Bind(3, row.AppId);
        register.Bind(4, now);
        register.Run();
    }

    /// <summary>Says that all of them are alive. One whose row somebody took away gets it again.</summary>
    public void Renew(IEnumerable<SidecarRow> rows, long now)
    {
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (var row in rows)
            {
                renew.Bind(1, now);
                renew.Bind(2, row.Id);
                renew.Bind(3, row.Address);
                if (renew.Run() == 0)
                {
                    Register(row, now);
                }
            }

            database.Execute("COMMIT");
        }
        catch when (database.InTransaction)
        {
            database.Execute("ROLLBACK");
            throw;
        }
    }

    public void Remove(SidecarRow row)
    {
        remove.Bind(1, row.Id);
        remove.Bind(2, row.Address);
        remove.Run();
    }

    public void Expire(long before)
    {
        expire.Bind(1, before);
        expire.Run();
    }

    public ImmutableArray<SidecarSighting> Find(string appId, long since)
    {
        var found = ImmutableArray.CreateBuilder<SidecarSighting>();
        find.Bind(1, appId);
        find.Bind(2, since);
        try
        {
            while (find.Step())
            {
                found.Add(new(find.String(0), find.String(1), find.Number(2)));
            }
        }
        finally
        {
            find.Reset();
        }

        return found.ToImmutable();
    }

    public void Dispose() => database.Dispose();

    private void Prepare(string table, string metadata)
    {
        database.Execute("BEGIN EXCLUSIVE");
        try
        {
            database.Execute($"CREATE TABLE IF NOT EXISTS {metadata} (key text NOT NULL PRIMARY KEY, value text NOT NULL)");
            if (database.Scalar($"SELECT value FROM {metadata} WHERE key = 'nr-migrations'") is null)
            {
                database.Execute($"CREATE TABLE {table} (registration_id TEXT NOT NULL PRIMARY KEY, address TEXT NOT NULL, app_id TEXT NOT NULL, namespace TEXT NOT NULL, last_update INTEGER NOT NULL)");
                database.Execute($"CREATE UNIQUE INDEX {table}_address_idx ON {table} (address)");
                database.Execute($"CREATE INDEX {table}_last_update_idx ON {table} (last_update)");
                database.Execute($"REPLACE INTO {metadata} (key, value) VALUES ('nr-migrations', '1')");
            }

            database.Execute("COMMIT");
        }
        catch when (database.InTransaction)
        {
            database.Execute("ROLLBACK");
            throw;
        }
    }
}

/// <summary>One of ours in the table.</summary>
internal sealed record SidecarRow(string Id, string AppId, string Address);

/// <summary>A row as it was read: another registration at the same address is another sidecar.</summary>
internal readonly record struct SidecarSighting(string Id, string Address, long LastUpdate);
