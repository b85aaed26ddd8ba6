using Runner.Components;
using Runner.Databases;
using Runner.Template;

namespace Runner;

/// <summary>Makes secrets and databases, for a start by somebody else: "dapr run -f", or an administrator with psql.</summary>
internal sealed class Prepare(RunFile file, TextWriter output)
{
    public async Task<int> RunAsync(bool asSql, Func<string, string?> environment, CancellationToken cancellation)
    {
        Directory.CreateDirectory(file.Data);
        var chosen = await ChosenComponents.ReadAsync(file, environment, cancellation);
        foreach (var secret in chosen.Shown)
        {
            // Of the SQL on the output this is no part.
            await (asSql ? Console.Error : output).WriteLineAsync($"{secret}");
        }

        foreach (var problem in chosen.Problems)
        {
            await Console.Error.WriteLineAsync($"problem: {problem}");
        }

        if (chosen.Problems.Count > 0)
        {
            return 1;
        }

        var servers = ServerList.Of(chosen.Components);
        if (asSql)
        {
            await output.WriteAsync(PostgresAdmin.Sql(servers.OfType<PostgresDatabase>()));
            return 0;
        }

        var faults = await Preparation.RunAsync(servers, environment, output.WriteLine, cancellation);
        foreach (var fault in faults)
        {
            await output.WriteLineAsync($"problem: {fault.Problem}\n  to mend it: {fault.Mend}");
        }

        await output.WriteLineAsync(faults.Count == 0 ? "everything is there" : $"{faults.Count} to mend");
        return faults.Count == 0 ? 0 : 1;
    }
}
