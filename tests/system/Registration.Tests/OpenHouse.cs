using Library.Chaos.Tests;

namespace Registration.Tests;

/// <summary>A library on the embedded set that several classes of tests visit one after the other.</summary>
public sealed class OpenHouse : IAsyncLifetime
{
    public const string Name = "open house";

    internal Stage Stage { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Stage = await Stage.StartAsync(ComponentSet.Embedded, [], TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => Stage?.DisposeAsync() ?? ValueTask.CompletedTask;
}

[CollectionDefinition(OpenHouse.Name)]
public sealed class OpenHouseVisits : ICollectionFixture<OpenHouse>;
