using Dapr.Workflow.Client;
using Dapr.Wire;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Dapr.Workflow.Worker;

/// <summary>The limits of sizes that an app has set.</summary>
internal sealed record SizeLimits(int? Receive, int? Send);

/// <summary>
/// The ways to an app's sidecar. Workers and clients have one each: a client's waits hold streams for long, and an answer of the worker must not
/// queue behind them.
/// </summary>
internal sealed class SidecarChannels : IDisposable
{
    private readonly Lazy<WireChannel> worker;
    private readonly Lazy<WireChannel> clients;

    public SidecarChannels(IServiceProvider services, WorkflowRuntimeOptions options)
    {
        var configuration = services.GetService<IConfiguration>();
        Limits = new SizeLimits(options.GrpcChannelOptions?.MaxReceiveMessageSize, options.GrpcChannelOptions?.MaxSendMessageSize);
        foreach (var set in services.GetServices<SizeLimits>())
        {
            Limits = new SizeLimits(set.Receive ?? Limits.Receive, set.Send ?? Limits.Send);
        }

        var address = new Lazy<Uri>(() => new Uri(DaprDefaults.GetDefaultGrpcEndpoint(configuration)));
        worker = new Lazy<WireChannel>(() => new WireChannel(address.Value, NewOptions(isCancellationThrown: true)));
        clients = new Lazy<WireChannel>(() => new WireChannel(address.Value, NewOptions(isCancellationThrown: true)));
        Fields = new WireFields(DaprDefaults.GetDefaultDaprApiToken(configuration), TaskHub.Agent);
    }

    public WireChannel OfWorker => worker.Value;

    public WireChannel OfClients => clients.Value;

    public WireFields Fields { get; }

    public SizeLimits Limits { get; }

    public void Dispose()
    {
        foreach (var channel in new[] { worker, clients }.Where(channel => channel.IsValueCreated))
        {
            channel.Value.Dispose();
        }
    }

    private GrpcChannelOptions NewOptions(bool isCancellationThrown) => new()
    {
        MaxReceiveMessageSize = Limits.Receive,
        MaxSendMessageSize = Limits.Send,
        ThrowOperationCanceledOnCancellation = isCancellationThrown,
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = TimeSpan.FromSeconds(60),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(30),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
            InitialHttp2StreamWindowSize = 1024 * 1024,
        },
    };
}
