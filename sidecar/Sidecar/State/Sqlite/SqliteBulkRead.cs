using System.Text;

namespace Sidecar.State.Sqlite;

/// <summary>Many keys in one snapshot. Found rows come first, in the order of the key's index, then the missing keys as they were asked for.</summary>
internal static class SqliteBulkRead
{
    public static IReadOnlyList<BulkStateItem> Read(SqliteTable table, IReadOnlyList<StateRead> reads)
    {
        var items = new Dictionary<string, BulkStateItem>(reads.Count, StringComparer.Ordinal);
        var ownsSnapshot = reads.Count > 1 && !table.Database.InTransaction;
        if (ownsSnapshot)
        {
            table.Database.Execute("BEGIN");
        }

        try
        {
            foreach (var read in reads)
            {
                if (!items.ContainsKey(read.Key))
                {
                    items[read.Key] = ReadOne(table, read.Key);
                }
            }
        }
        finally
        {
            if (ownsSnapshot && table.Database.InTransaction)
            {
                table.Database.Execute("COMMIT");
            }
        }

        var answers = items.Values.Where(IsFound).OrderBy(item => item.Key, Utf8Order).ToList();
        answers.AddRange(reads.Select(read => items[read.Key]).Where(item => !IsFound(item)));
        return answers;
    }

    private static readonly Comparer<string> Utf8Order =
        Comparer<string>.Create((left, right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));

    private static bool IsFound(BulkStateItem item) => item.Item is not null || item.Error is not null;

    private static BulkStateItem ReadOne(SqliteTable table, string key)
    {
        try
        {
            return new BulkStateItem(key, table.Read(key));
        }
        catch (StateException error)
        {
            return new BulkStateItem(key, Error: error.Message);
        }
    }
}
