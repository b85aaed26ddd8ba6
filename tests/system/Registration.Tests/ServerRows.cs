using System.Diagnostics;
using System.Text;
using Library.Chaos.Tests;
using Npgsql;

namespace Registration.Tests;

/// <summary>What the servers of a set keep: every row of every PostgreSQL database, every value of Redis, and which queues of RabbitMQ still hold something.</summary>
internal static class ServerRows
{
    private const string AllValues = """
        local found = {}
        for _, key in ipairs(redis.call('KEYS', '*')) do
          table.insert(found, key)
          local kind = redis.call('TYPE', key).ok
          if kind == 'hash' then for _, part in ipairs(redis.call('HGETALL', key)) do table.insert(found, part) end
          elseif kind == 'string' then table.insert(found, redis.call('GET', key))
          else table.insert(found, 'not read: ' .. kind) end
        end
        return found
        """;

    private static readonly TimeSpan UntilDrained = TimeSpan.FromSeconds(20);

    public static async Task<IReadOnlyList<(string Name, string Text)>> Read(ComponentSet set, CancellationToken cancellation)
    {
        var all = new List<(string, string)>();
        foreach (var database in await Query(set, "postgres", "SELECT datname FROM pg_database WHERE datallowconn AND datname <> 'template1'", cancellation))
        {
            foreach (var table in await Query(set, database, "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')", cancellation))
            {
                all.Add(($"{database}, table {table}", string.Join('\n', await Query(set, database, $"SELECT * FROM {table}", cancellation))));
            }
        }

        Assert.Contains(all, table => table.Item2.Length > 0);
        for (var number = 0; set.Redis is { } redis && number < 16; number++)
        {
            all.Add(($"Redis {number}", await Run("redis-cli", ["-p", $"{redis.Port}", "-n", $"{number}", "--raw", "EVAL", AllValues, "0"], cancellation)));
        }

        await Drained(set, cancellation);
        return all;
    }

    /// <summary>What a queue holds cannot be read without taking it, so each has to be empty.</summary>
    private static async Task Drained(ComponentSet set, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var told = await set.Rabbit!.ControlAsync(cancellation, "--quiet", "list_queues", "--no-table-headers", "name", "messages");
            var queues = told.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToList();
            Assert.NotEmpty(queues);
            var full = queues.Where(queue => queue[^1].Trim() != "0").Select(queue => string.Join(": ", queue)).ToList();
            if (full.Count == 0)
            {
                return;
            }

            Assert.True(Stopwatch.GetElapsedTime(began) < UntilDrained, $"Messages are left in {string.Join(", ", full)}.");
        }
    }

    private static async Task<IReadOnlyList<string>> Query(ComponentSet set, string database, string sql, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create($"{set.Postgres!.Admin.Replace("user=", "username=", StringComparison.Ordinal).Replace(' ', ';')};database={database};Pooling=false");
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<string>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetValue(column) is byte[] bytes ? Encoding.Latin1.GetString(bytes) : $"{reader.GetValue(column)}")));
        }

        return rows;
    }

    private static async Task<string> Run(string program, string[] arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0 && (await said).StartsWith("(error)", StringComparison.Ordinal) == false, $"{await said} {await wrong}");
        return await said;
    }
}
