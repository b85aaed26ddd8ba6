using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Bindings;

/// <summary>An app that speaks gRPC names the bindings that it wants once, and takes their events by OnBindingEvent.</summary>
internal sealed class GrpcBindingApp(GrpcChannel channel, string? token, ResiliencyPolicies policies, Tracer tracer, ILogger log) : IBindingApp
{
    private const string Callback = "/dapr.proto.runtime.v1.AppCallback/";
    private const string OnEvent = Callback + "OnBindingEvent";
    private readonly BindingSpans spans = new(tracer);
    private readonly Lock gate = new();
    private Task<IReadOnlyCollection<string>>? wanted;

    public async Task<bool> WantsAsync(InputBinding binding, CancellationToken cancellation)
    {
        Task<IReadOnlyCollection<string>> asked;
        lock (gate)
        {
            asked = wanted = wanted is null or { IsFaulted: true } or { IsCanceled: true } ? ListAsync(cancellation) : wanted;
        }

        return (await asked).Contains(binding.Name);
    }

    public async ValueTask DeliverAsync(InputBinding binding, BindingEvent @event, CancellationToken cancellation)
    {
        var request = new BindingEventRequest { Name = binding.Name, Data = UnsafeByteOperations.UnsafeWrap(@event.Data) };
        foreach (var (name, value) in @event.Metadata)
        {
            request.Metadata[name] = value;
        }

        var span = spans.Start(binding, @event, OnEvent);
        var options = new GrpcCallOptions { Metadata = Metadata(span) };
        try
        {
            var reply = await policies.ComponentInbound(binding.Name, ComponentKind.Binding).RunAsync(
                attempt => channel.UnaryAsync(OnEvent, request, BindingEventResponse.Parser, options, attempt),
                cancellation);
            span?.EndGrpc(GrpcCode.Ok, "");
            if (reply.Message.To.Count > 0)
            {
                log.LogError("error executing app response: couldn't find output binding {Name}", reply.Message.To[0]);
            }
        }
        catch (GrpcException problem)
        {
            span?.EndGrpc(problem.Code, problem.Message);
            throw new BindingException($"error invoking app: rpc error: code = {problem.Code} desc = {problem.Message}", problem);
        }
        catch (Exception problem)
        {
            span?.Fail("failed");
            span?.End();
            throw new BindingException($"error invoking app: {problem.Message}", problem);
        }
    }

    /// <summary>An app that cannot say wants none.</summary>
    private async Task<IReadOnlyCollection<string>> ListAsync(CancellationToken cancellation)
    {
        try
        {
            var options = new GrpcCallOptions { Metadata = Metadata(span: null) };
            var reply = await channel.UnaryAsync(Callback + "ListInputBindings", new Empty(), ListInputBindingsResponse.Parser, options, cancellation);
            return reply.Message.Bindings;
        }
        catch (GrpcException problem)
        {
            log.LogDebug("the app does not say which bindings it wants: {Problem}", problem.Message);
            return [];
        }
    }

    private List<KeyValuePair<string, string>> Metadata(Span? span)
    {
        var metadata = new List<KeyValuePair<string, string>>(2);
        if (token is not null)
        {
            metadata.Add(new("dapr-api-token", token));
        }

        if (span is { Context.IsValid: true })
        {
            metadata.Add(new("grpc-trace-bin", GrpcMetadata.Encode(span.Context.ToBinary())));
        }

        return metadata;
    }
}
