using System.Globalization;

namespace Sidecar.Hosting;

/// <summary>Who listens on a port of this machine, as far as Linux lets us see.</summary>
public static class PortOwner
{
    private const string Listening = "0A";

    /// <summary>"redis-server (pid 812)", or null when nobody can be named.</summary>
    public static string? Find(int port) => Find(port, Describe);

    /// <summary>The same with the whole command, "dotnet Gateway.dll (pid 812)".</summary>
    public static string? FindCommand(int port) => Find(port, DescribeCommand);

    private static string? Find(int port, Func<string, string> describe)
    {
        try
        {
            var inodes = Inodes("/proc/net/tcp", port).Concat(Inodes("/proc/net/tcp6", port)).Select(inode => $"socket:[{inode}]").ToHashSet(StringComparer.Ordinal);
            return inodes.Count == 0 ? null : Processes().Where(process => Holds(process, inodes)).Select(describe).FirstOrDefault();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Inodes(string table, int port) =>
        !File.Exists(table)
            ? []
            : from line in File.ReadLines(table).Skip(1)
              let columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
              where columns.Length > 9 && columns[3] == Listening
              let hex = columns[1][(columns[1].LastIndexOf(':') + 1)..]
              where int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture) == port
              select columns[9];

    private static IEnumerable<string> Processes() => Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0]));

    private static bool Holds(string process, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles($"{process}/fd").Any(file => new FileInfo(file).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string DescribeCommand(string process) =>
        File.ReadAllText($"{process}/cmdline").TrimEnd('\0').Replace('\0', ' ') is { Length: > 0 } command ? $"{command} (pid {Path.GetFileName(process)})" : Describe(process);

    private static string Describe(string process) => $"{File.ReadAllText($"{process}/comm").Trim()} (pid {Path.GetFileName(process)})";
}
