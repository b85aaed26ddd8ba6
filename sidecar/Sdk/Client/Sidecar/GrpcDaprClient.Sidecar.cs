using Dapr.Wire;
using Google.Protobuf.WellKnownTypes;

namespace Dapr.Client;

internal sealed partial class GrpcDaprClient
{
    private const string GetMetadataFailed = "Get metadata operation failed: the Dapr endpoint indicated a failure. See InnerException for details.";
    private const string SetMetadataFailed = "Set metadata operation failed: the Dapr endpoint indicated a failure. See InnerException for details.";
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(500);
    private static readonly WireMethod<Empty> Shutdown = new("/dapr.proto.runtime.v1.Dapr/Shutdown", Empty.Parser);
    private static readonly WireMethod<Protos.GetMetadataResponse> GetMetadata = new("/dapr.proto.runtime.v1.Dapr/GetMetadata", Protos.GetMetadataResponse.Parser);
    private static readonly WireMethod<Empty> SetMetadata = new("/dapr.proto.runtime.v1.Dapr/SetMetadata", Empty.Parser);

    public override Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default) => IsWellAsync("/v1.0/healthz", cancellationToken);

    public override Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default) => IsWellAsync("/v1.0/healthz/outbound", cancellationToken);

    public override async Task WaitForSidecarAsync(CancellationToken cancellationToken = default)
    {
        while (!await CheckOutboundHealthAsync(cancellationToken))
        {
            await Task.Delay(BetweenQuestions, cancellationToken);
        }
    }

    public override Task ShutdownSidecarAsync(CancellationToken cancellationToken = default) =>
        channel.AskAsync(Shutdown, new Protos.ShutdownRequest(), fields, cancellationToken).AsTask();

    public override async Task<DaprMetadata> GetMetadataAsync(CancellationToken cancellationToken = default)
    {
        var answer = await AskAsync(GetMetadata, new Protos.GetMetadataRequest(), GetMetadataFailed, cancellationToken);
        return new DaprMetadata(
            answer.Id,
            [.. answer.ActorRuntime?.ActiveActors.Select(actor => new DaprActorMetadata(actor.Type, actor.Count)) ?? []],
            Copy(answer.ExtendedMetadata),
            [.. answer.RegisteredComponents.Select(component => new DaprComponentsMetadata(component.Name, component.Type, component.Version, [.. component.Capabilities]))]);
    }

    public override async Task SetMetadataAsync(string attributeName, string attributeValue, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(attributeName);
        await AskAsync(SetMetadata, new Protos.SetMetadataRequest { Key = attributeName, Value = attributeValue }, SetMetadataFailed, cancellationToken);
    }

    private async Task<bool> IsWellAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(httpEndpoint, path));
        AddToken(request);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void AddToken(HttpRequestMessage request)
    {
        if (token is not null)
        {
            request.Headers.Add(WireFields.TokenName, token);
        }
    }
}
