using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Bindings;
using Sidecar.Components;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos;
using Sidecar.Resiliency;
using Sidecar.Telemetry.Tracing;
using Sidecar.Tests.Grpc;

namespace Sidecar.Tests.Bindings;

public sealed class GrpcBindingAppTests
{
    private const string Callback = "/dapr.proto.runtime.v1.AppCallback/";
    private readonly List<BindingEventRequest> events = [];
    private int asked;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_app_is_asked_once_which_bindings_it_wants_and_gets_their_events()
    {
        await using var app = await StartAsync(["tick"]);
        var delivery = App(app);
        Assert.True(await delivery.WantsAsync(Binding("tick"), Cancellation));
        Assert.False(await delivery.WantsAsync(Binding("tock"), Cancellation));
        Assert.Equal(1, asked);

        await delivery.DeliverAsync(Binding("tick"), new BindingEvent("hi"u8.ToArray(), new Dictionary<string, string> { ["a"] = "b" }), Cancellation);
        var taken = Assert.Single(events);
        Assert.Equal(("tick", "hi", "b"), (taken.Name, taken.Data.ToStringUtf8(), taken.Metadata["a"]));
    }

    [Fact]
    public async Task An_app_that_does_not_say_what_it_wants_wants_nothing()
    {
        await using var app = await StartAsync(null);
        Assert.False(await App(app).WantsAsync(Binding("tick"), Cancellation));
    }

    [Fact]
    public async Task An_event_that_the_app_refuses_is_not_taken()
    {
        await using var app = await StartAsync(["tick"]);
        var refusal = await Assert.ThrowsAsync<BindingException>(async () => await App(app).DeliverAsync(Binding("bad"), new BindingEvent(default, new Dictionary<string, string>()), Cancellation));
        Assert.Equal("error invoking app: rpc error: code = FailedPrecondition desc = not now", refusal.Message);
    }

    private static GrpcBindingApp App(GrpcHost app) => new(app.Channel, "app-token", new ResiliencyPolicies(), new Tracer(new TracingSettings(), [], TimeProvider.System), NullLogger.Instance);

    private static InputBinding Binding(string name) =>
        new(name, new ComponentMetadata(new Dictionary<string, string>()), new CronBinding(name, new ComponentMetadata(new Dictionary<string, string> { ["schedule"] = "@daily" }), TimeProvider.System, NullLogger.Instance));

    private Task<GrpcHost> StartAsync(string[]? wanted) => GrpcHost.StartAsync(methods =>
    {
        if (wanted is not null)
        {
            methods.Unary(Callback + "ListInputBindings", Empty.Parser, (_, _) =>
            {
                asked++;
                return new ValueTask<ListInputBindingsResponse>(new ListInputBindingsResponse { Bindings = { wanted } });
            });
        }

        methods.Unary(Callback + "OnBindingEvent", BindingEventRequest.Parser, (request, call) =>
        {
            Assert.Equal("app-token", call.RequestHeaders["dapr-api-token"].ToString());
            events.Add(request);
            return request.Name == "bad"
                ? throw new GrpcException(GrpcCode.FailedPrecondition, "not now")
                : new ValueTask<BindingEventResponse>(new BindingEventResponse { To = { "nowhere" } });
        });
    });
}
