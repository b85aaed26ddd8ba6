using Sidecar.State;

namespace Sidecar.Tests.State.Sqlite;

public sealed class SqliteStateStoreTests : StrictStateStoreConformance
{
    private readonly SqliteFiles files = new();

    protected override TimeProvider Clock => files.Time;

    protected override async Task<IStateStore> OpenAsync() => await files.OpenAsync();

    protected override Task ExpireAsync(string key, int seconds)
    {
        files.Time.Advance(TimeSpan.FromSeconds(seconds));
        return Task.CompletedTask;
    }

    protected override ValueTask CloseAsync()
    {
        files.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class SqliteInMemoryStateStoreTests : StrictStateStoreConformance
{
    private readonly SqliteFiles files = new();

    protected override TimeProvider Clock => files.Time;

    protected override async Task<IStateStore> OpenAsync() => await files.OpenAsync(("connectionString", ":memory:"));

    protected override Task ExpireAsync(string key, int seconds)
    {
        files.Time.Advance(TimeSpan.FromSeconds(seconds));
        return Task.CompletedTask;
    }

    protected override ValueTask CloseAsync()
    {
        files.Dispose();
        return ValueTask.CompletedTask;
    }
}
