using System.Text;

namespace Sidecar.State.Redis;

/// <summary>Which keys there are. Redis has no order of keys: all that begin so are looked through for each page.</summary>
internal sealed class RedisKeys(RedisOptions options, RedisClient client)
{
    private const string AtATime = "1000";

    public async ValueTask<IReadOnlyList<string>> ListAsync(string prefix, string after, int most, CancellationToken cancellation)
    {
        // A scan may tell a key twice, and is told where to go on.
        var found = new SortedSet<string>(IListsKeys.Utf8Order);
        var cursor = "0";
        do
        {
            var answer = new RespReader(await client.RunAsync(RedisCommand.Of(options.ReadTimeout, "SCAN", cursor, "MATCH", Pattern(prefix), "COUNT", AtATime), cancellation));
            answer.Array();
            cursor = Encoding.UTF8.GetString(answer.Text()!.Value.Span);
            for (var left = answer.Array(); left > 0; left--)
            {
                Take(Encoding.UTF8.GetString(answer.Text()!.Value.Span));
            }
        }
        while (cursor != "0");

        return [.. found];

        void Take(string key)
        {
            if (IListsKeys.Utf8Order.Compare(key, after) > 0 && found.Add(key) && found.Count > most)
            {
                found.Remove(found.Max!);
            }
        }
    }

    private static string Pattern(string prefix)
    {
        var pattern = new StringBuilder();
        foreach (var letter in prefix)
        {
            pattern.Append(letter is '*' or '?' or '[' or ']' or '\\' or '^' ? $"\\{letter}" : letter);
        }

        return pattern.Append('*').ToString();
    }
}
