using System.Globalization;

namespace Chaos.Tests;

/// <summary>Numbers in a file, one a line. One that was added is on disk.</summary>
internal sealed class Ledger(string path) : IAsyncDisposable
{
    private readonly FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
    private readonly Lock gate = new();

    public string Path => path;

    public static List<int> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        return [.. whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
    }

    public void Add(int number)
    {
        lock (gate)
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(FormattableString.Invariant($"{number}\n")));
            file.Flush(flushToDisk: true);
        }
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();
}
