using Sidecar.Components;

namespace Sidecar.Invocation;

/// <summary>Where sidecars of one user find each other: nameResolution of a Configuration, with daprd's names and defaults.</summary>
public sealed record NameResolutionSettings
{
    private static readonly TimeSpan LongestQuery = TimeSpan.FromSeconds(1);

    public required string Uri { get; init; }

    public bool UsesWal { get; init; } = true;

    public string Table { get; init; } = "hosts";

    public string MetadataTable { get; init; } = "metadata";

    /// <summary>Who has not been seen for as long is gone.</summary>
    public TimeSpan UpdateInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Rows of those who left without a word are deleted after this.</summary>
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a query waits for another process that is writing.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>The user chose this resolver, so an unknown app gets its words instead of mDNS'.</summary>
    public bool IsChosen { get; init; }

    /// <summary>How often a sidecar says that it is alive: in time for a slow write.</summary>
    public TimeSpan RenewInterval => UpdateInterval - LongestQuery;

    /// <summary>One file for each user, which nobody else can write.</summary>
    public static NameResolutionSettings Default()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        var folder = Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), "dapr-sidecar");
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new NameResolutionSettings { Uri = UriOf(Path.Combine(folder, "sidecars.db")) };
    }

    /// <summary>The configuration of component sqlite. Throws <see cref="ComponentException"/> with all that is wrong.</summary>
    public static NameResolutionSettings Of(ComponentMetadata metadata)
    {
        var connection = metadata.String("connectionString", metadata.String("url"));
        if (connection.Length == 0)
        {
            metadata.Problem("missing connection string");
        }

        var settings = new NameResolutionSettings
        {
            Uri = connection.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? connection : UriOf(connection),
            UsesWal = !metadata.Bool("disableWAL") && !connection.Contains(":memory:", StringComparison.OrdinalIgnoreCase),
            Table = Identifier(metadata, "tableName", "hosts", "table name"),
            MetadataTable = Identifier(metadata, "metadataTableName", "metadata", "metadata table name"),
            UpdateInterval = metadata.Duration("updateInterval", TimeSpan.FromSeconds(5)),
            CleanupInterval = metadata.Duration("cleanupInterval", TimeSpan.FromHours(1)),
            Patience = metadata.Duration("busyTimeout", TimeSpan.FromMilliseconds(800)),
            IsChosen = true,
        };
        if (settings.UpdateInterval.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            metadata.Problem("update interval must not contain fractions of seconds");
        }

        if (settings.RenewInterval < TimeSpan.FromSeconds(1))
        {
            metadata.Problem("update interval must be at least 1s greater than timeout");
        }

        metadata.Check();
        return settings;
    }

    private static string UriOf(string path)
    {
        var mark = path.IndexOf('?');
        return "file:" + System.Uri.EscapeDataString(mark < 0 ? path : path[..mark]).Replace("%2F", "/", StringComparison.Ordinal) + (mark < 0 ? "" : path[mark..]);
    }

    private static string Identifier(ComponentMetadata metadata, string setting, string fallback, string what)
    {
        var name = metadata.String(setting, fallback);
        if (!name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
        {
            metadata.Problem($"invalid identifier for {what}: {name}");
        }

        return name;
    }
}
