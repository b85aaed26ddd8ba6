using Dapr.Client;
using Sdk.Tests.Ground;

[assembly: AssemblyFixture(typeof(Rig))]

namespace Sdk.Tests.Ground;

/// <summary>An app made with the SDK beside a sidecar, shared by the tests; the environment points to it as it does for a user.</summary>
public sealed class Rig : IAsyncLifetime
{
    public const string AppId = "orders";
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private OrdersApp app = null!;

    public RunningSidecar Sidecar { get; private set; } = null!;

    public DaprClient Client { get; private set; } = null!;

    public Inbox Inbox { get; } = new();

    public async ValueTask InitializeAsync()
    {
        var port = Ports.Free();
        Sidecar = await RunningSidecar.StartAsync(AppId, port);
        Environment.SetEnvironmentVariable("DAPR_HTTP_PORT", $"{Sidecar.HttpPort}");
        Environment.SetEnvironmentVariable("DAPR_GRPC_PORT", $"{Sidecar.GrpcPort}");
        Client = new DaprClientBuilder().Build();
        app = await OrdersApp.StartAsync(port, Inbox);
        await RunningSidecar.WithAppAsync(Client);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Sidecar.DisposeAsync();
        await app.DisposeAsync();
        Components.Forget();
    }

    /// <summary>A key that no other test uses.</summary>
    public static string Key() => Guid.CreateVersion7().ToString("N");
}
