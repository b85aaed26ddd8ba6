using System.Reflection;
using Servers;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Workflow.Tests.Conformance.Ground.SharedPostgres))]

namespace Workflow.Tests.Conformance.Ground;

public enum Store
{
    Memory,
    Sqlite,
    Postgres,
}

/// <summary>The test is run once on each store that workflows are kept in.</summary>
public sealed class OnEveryStoreAttribute : DataAttribute
{
    /// <summary>Leaves out the store that forgets with its process.</summary>
    public bool Lasting { get; init; }

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new(Enum.GetValues<Store>().Where(store => !Lasting || store != Store.Memory).Select(store => (ITheoryDataRow)new TheoryDataRow(store)).ToArray());

    public override bool SupportsDiscoveryEnumeration() => true;
}

/// <summary>One PostgreSQL for all, started by the first test that asks. Tests have app ids of their own, and so keys of their own.</summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> Shared = new(StartAsync);

    public static async Task<string> ConnectionStringAsync()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, "PostgreSQL is not installed");
        var server = await Shared.Value;
        return $"host=127.0.0.1 user=dapr password=dapr port={server.Port} database=dapr sslmode=disable";
    }

    public async ValueTask DisposeAsync()
    {
        if (Shared.IsValueCreated)
        {
            await (await Shared.Value).DisposeAsync();
        }
    }

    private static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        await server.StartAsync();
        return server;
    }
}
