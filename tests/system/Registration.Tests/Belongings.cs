using System.Text;
using System.Text.Json;
using Library.Chaos.Tests;
using Microsoft.Data.Sqlite;

namespace Registration.Tests;

/// <summary>All that a library keeps or has said: rows of stores and queues, or their whole files, lines of its logs, spans.</summary>
internal sealed class Belongings(Stage stage)
{
    private static readonly string[] NotKept = ["secrets.json", "messages.db.lock"];

    /// <summary>Where each of these is found, as it is written and in the ways that JSON, addresses and bytes are written.</summary>
    /// <param name="wanted">What is searched for.</param>
    /// <param name="isByteByByte">Also in what was once written and is no row any more.</param>
    /// <param name="cancellation">Of the test.</param>
    public async Task<IReadOnlyList<string>> Find(IReadOnlyCollection<string> wanted, bool isByteByByte, CancellationToken cancellation)
    {
        var found = new List<string>();
        var forms = wanted.SelectMany(text => Forms(text).Select(form => (Text: text, Form: form))).ToList();
        foreach (var (name, text) in await Everything(isByteByByte, cancellation))
        {
            found.AddRange(forms.Where(one => text.Contains(one.Form, StringComparison.Ordinal)).Select(one => $"{one.Text} in {name}"));
        }

        return [.. found.Distinct()];
    }

    private static IEnumerable<string> Forms(string text)
    {
        yield return text;
        yield return JsonSerializer.Serialize(text)[1..^1];
        yield return Uri.EscapeDataString(text);
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var skipped = 0; skipped < 3 && bytes.Length > 8; skipped++)
        {
            // Of a part that begins anywhere in a larger whole, the middle always reads the same.
            var padded = new byte[skipped + bytes.Length];
            bytes.CopyTo(padded, skipped);
            yield return Convert.ToBase64String(padded)[(skipped == 0 ? 0 : 4)..^4];
        }
    }

    private async Task<IReadOnlyList<(string Name, string Text)>> Everything(bool isByteByByte, CancellationToken cancellation)
    {
        var all = new List<(string, string)> { ("the logs", string.Join('\n', stage.Library.Lines)) };
        foreach (var file in Directory.EnumerateFiles(Path.Combine(stage.Library.Folder, ".data"), "*", SearchOption.AllDirectories).Where(file => !NotKept.Contains(Path.GetFileName(file))))
        {
            if (isByteByByte || !Path.GetExtension(file).StartsWith(".db", StringComparison.Ordinal))
            {
                all.Add((Path.GetFileName(file), await Bytes(file, cancellation)));
            }
            else if (Path.GetExtension(file) == ".db")
            {
                all.AddRange(await Rows(file, cancellation));
            }
        }

        if (stage.Set.Name != ComponentSet.Embedded)
        {
            all.AddRange(await ServerRows.Read(stage.Set, cancellation));
        }

        using var viewer = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{stage.Library.Viewer}"), Timeout = TimeSpan.FromSeconds(60) };
        all.Add(("the spans", await viewer.GetStringAsync(new Uri("/api/v2/traces?limit=10000&lookback=86400000", UriKind.Relative), cancellation)));
        return all;
    }

    private static async Task<string> Bytes(string file, CancellationToken cancellation)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, cancellation);
        return Encoding.Latin1.GetString(copy.ToArray());
    }

    private static async Task<IReadOnlyList<(string Name, string Text)>> Rows(string file, CancellationToken cancellation)
    {
        await using var database = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        await database.OpenAsync(cancellation);
        var tables = new List<(string, string)>();
        foreach (var table in await Read(database, "SELECT name FROM sqlite_master WHERE type = 'table'", cancellation))
        {
            tables.Add(($"{Path.GetFileName(file)}, table {table}", string.Join('\n', await Read(database, $"SELECT * FROM \"{table}\"", cancellation))));
        }

        return tables;
    }

    private static async Task<IReadOnlyList<string>> Read(SqliteConnection database, string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<string>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetValue(column) is byte[] bytes ? Encoding.Latin1.GetString(bytes) : $"{reader.GetValue(column)}")));
        }

        return rows;
    }
}
