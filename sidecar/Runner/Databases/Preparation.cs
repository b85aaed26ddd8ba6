using Npgsql;

namespace Runner.Databases;

/// <summary>Sees to it that the servers of a set have what the services need: roles and databases are made when somebody may.</summary>
internal static class Preparation
{
    /// <summary>What nobody could mend. One who cannot be reached is told to the user and waited for by its sidecar.</summary>
    public static async Task<IReadOnlyList<Fault>> RunAsync(IReadOnlyList<Server> servers, Func<string, string?> environment, Action<string> say, CancellationToken cancellation)
    {
        var faults = await Task.WhenAll(servers.Select(server => server.CheckAsync(cancellation)));
        var remaining = new List<Fault>();
        foreach (var (server, fault) in servers.Zip(faults).Where(pair => pair.Second is not null))
        {
            var still = fault!.IsLasting && server is PostgresDatabase database ? await MendAsync(database, fault, environment, say, cancellation) : fault;
            if (still is not null)
            {
                remaining.Add(still);
            }
        }

        return remaining;
    }

    private static async Task<Fault?> MendAsync(PostgresDatabase database, Fault fault, Func<string, string?> environment, Action<string> say, CancellationToken cancellation)
    {
        try
        {
            if (PostgresAdmin.Of(environment, database) is not { } admin)
            {
                return fault;
            }

            await admin.MakeAsync(database, cancellation);
            say($"made {database}");
            return await database.CheckAsync(cancellation);
        }
        catch (Exception problem) when (problem is NpgsqlException or InvalidDataException)
        {
            return new Fault($"{database} could not be made: {(problem is InvalidDataException ? problem : problem.GetBaseException()).Message}", $"look at the connection string in {PostgresAdmin.Variable}") { IsLasting = true };
        }
    }
}
