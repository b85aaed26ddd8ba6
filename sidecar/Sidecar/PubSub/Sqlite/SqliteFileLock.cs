using Sidecar.Components;

namespace Sidecar.PubSub.Sqlite;

/// <summary>
/// Keeps other processes off a file. The system takes the lock back when its owner dies, so there is nothing to clean up. It is a file of
/// its own: closing a second handle on the database would end SQLite's own locks on it.
/// </summary>
internal static class SqliteFileLock
{
    public static FileStream Take(string path)
    {
        try
        {
            return new(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (failure is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            var owner = SqliteQueueFile.Owner(path) is { } pid ? $"process {pid}" : "another process";
            throw new ComponentException($"{path} belongs to {owner}: a file serves the sidecars of one process. Stop that one, or name another file", failure);
        }
    }
}
