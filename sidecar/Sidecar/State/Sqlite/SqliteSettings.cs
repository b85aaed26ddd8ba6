using Sidecar.Components;

namespace Sidecar.State.Sqlite;

/// <summary>What the component's YAML says, with Dapr's names and defaults.</summary>
internal sealed record SqliteSettings
{
    /// <summary>The file as a URI for SQLite, with the options that are meant for SQLite itself.</summary>
    public required string Uri { get; init; }

    /// <summary>Nobody else can open it, so one connection does everything.</summary>
    public required bool IsInMemory { get; init; }

    public required bool UsesWal { get; init; }

    /// <summary>Statements such as <c>cache_size(-20000)</c> from <c>_pragma</c> options of the connection string.</summary>
    public required IReadOnlyList<string> Pragmas { get; init; }

    /// <summary>How long a call waits for another process that is writing.</summary>
    public required TimeSpan Patience { get; init; }

    public required string Table { get; init; }

    public required string MetadataTable { get; init; }

    public required TimeSpan CleanupInterval { get; init; }

    public static SqliteSettings Of(ComponentMetadata metadata)
    {
        var connection = metadata.String("connectionString", metadata.String("url"));
        if (connection.Length == 0)
        {
            metadata.Problem("\"connectionString\" is required: the path of the database file, or \":memory:\"");
        }

        var timeout = metadata.Duration(metadata.Has("timeout") ? "timeout" : "timeoutInSeconds", TimeSpan.FromSeconds(20));
        if (timeout < TimeSpan.FromSeconds(1))
        {
            metadata.Problem("invalid value for 'timeout': must be greater than 1s");
        }

        var question = connection.IndexOf('?', StringComparison.Ordinal);
        var path = question > 0 ? connection[..question] : connection;
        var options = Options(question > 0 ? connection[(question + 1)..] : "");
        var pragmas = options.Where(option => option.Name == "_pragma").Select(option => option.Value).ToList();
        foreach (var (pragma, instead) in ForbiddenPragmas)
        {
            if (pragmas.Exists(text => text.StartsWith(pragma, StringComparison.OrdinalIgnoreCase)))
            {
                metadata.Problem($"found forbidden option '_pragma={pragma}' in the connection string{instead}");
            }
        }

        var busy = metadata.Duration("busyTimeout", TimeSpan.FromSeconds(2));
        var isInMemory = path.StartsWith(":memory:", StringComparison.OrdinalIgnoreCase)
            || path.StartsWith("file::memory:", StringComparison.OrdinalIgnoreCase)
            || options.Contains(("mode", "memory"));
        var settings = new SqliteSettings
        {
            Uri = isInMemory ? "file::memory:" : UriOf(path, options),
            IsInMemory = isInMemory,
            UsesWal = !isInMemory && !metadata.Bool("disableWAL") && !options.Contains(("mode", "ro")) && !options.Contains(("immutable", "1")),
            Pragmas = pragmas,
            Patience = busy < timeout ? busy : timeout,
            Table = Identifier(metadata, "tableName", "state"),
            MetadataTable = Identifier(metadata, "metadataTableName", "metadata"),
            CleanupInterval = metadata.Duration(metadata.Has("cleanupInterval") ? "cleanupInterval" : "cleanupIntervalInSeconds", TimeSpan.Zero),
        };
        metadata.Check();
        return settings;
    }

    private static readonly (string Pragma, string Instead)[] ForbiddenPragmas =
    [
        ("busy_timeout", "; use the setting \"busyTimeout\""),
        ("journal_mode", "; use the setting \"disableWAL\""),
        ("foreign_keys", ""),
    ];

    private static (string Name, string Value)[] Options(string query) =>
    [
        .. from part in query.Split('&', StringSplitOptions.RemoveEmptyEntries)
           let pair = part.Split('=', 2)
           select (Decode(pair[0]), pair.Length == 2 ? Decode(pair[1]) : ""),
    ];

    private static string Decode(string text) => System.Uri.UnescapeDataString(text.Replace('+', ' '));

    private static string UriOf(string path, (string Name, string Value)[] options)
    {
        var forSqlite = options.Where(option => !option.Name.StartsWith('_')).Select(option => $"{option.Name}={System.Uri.EscapeDataString(option.Value)}");
        var file = path.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? path : "file:" + path;
        return options.Length == 0 ? file : $"{file}?{string.Join('&', forSqlite)}";
    }

    private static string Identifier(ComponentMetadata metadata, string setting, string fallback)
    {
        var name = metadata.String(setting, fallback);
        if (!name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
        {
            metadata.Problem($"\"{setting}\": invalid identifier: {name}");
        }

        return name;
    }
}
