using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Telemetry.Tracing;
using Sidecar.Bindings;
using Sidecar.Components;
using Sidecar.Hosting;
using Sidecar.Invocation;
using Sidecar.Resiliency;

namespace Sidecar.Tests.Bindings;

public sealed class InputBindingsTests
{
    private readonly SteppedTime time = new(new DateTimeOffset(2026, 3, 10, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_app_that_wants_a_binding_gets_its_events()
    {
        await using var app = await BindingApp.StartAsync();
        await using var bindings = Bindings(app.Options, [Cron("tick")]);
        await bindings.StartAsync(Cancellation);

        var probe = await app.NextAsync();
        Assert.Equal("OPTIONS /tick", probe.What);
        Assert.Equal("app-token", probe.Headers["dapr-api-token"]);
        time.Step(TimeSpan.FromSeconds(10));
        var stroke = await app.NextAsync();
        Assert.Equal(("POST /tick", ""), (stroke.What, stroke.Body));
        Assert.Equal("application/json", stroke.Headers["content-type"]);
        Assert.Equal("0", stroke.Headers["content-length"]);
        Assert.Equal("Local", stroke.Headers["timezone"]);
        Assert.Equal("2026-03-10 12:00:10 +0000 UTC", stroke.Headers["readtimeutc"]);
        Assert.Equal("app-token", stroke.Headers["dapr-api-token"]);
        Assert.Equal("00-00000000000000000000000000000000-0000000000000000-00", stroke.Headers["traceparent"]);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(405, true)]
    [InlineData(404, false)]
    [InlineData(302, false)]
    [InlineData(500, false)]
    public async Task Only_a_success_or_method_not_allowed_says_that_the_app_wants_it(int status, bool wanted)
    {
        await using var app = await BindingApp.StartAsync(options: status);
        await using var bindings = Bindings(app.Options, [Cron("tick")]);
        await bindings.StartAsync(Cancellation);
        Assert.Equal(wanted ? 1 : 0, time.Waiting);
    }

    [Theory]
    [InlineData("input", "POST /tick")]
    [InlineData("output, INPUT", "POST /tick")]
    [InlineData("output", "OPTIONS /tick")]
    public async Task An_app_is_not_asked_where_the_component_says_that_it_is_for_input(string direction, string first)
    {
        await using var app = await BindingApp.StartAsync();
        await using var bindings = Bindings(app.Options, [Cron("tick", ("direction", direction))]);
        await bindings.StartAsync(Cancellation);
        time.Step(TimeSpan.FromSeconds(10));
        Assert.Equal(first, (await app.NextAsync()).What);
    }

    [Fact]
    public async Task The_route_takes_the_place_of_the_name()
    {
        await using var app = await BindingApp.StartAsync();
        await using var bindings = Bindings(app.Options, [Cron("tick", ("route", "/jobs//nightly"))]);
        await bindings.StartAsync(Cancellation);
        time.Step(TimeSpan.FromSeconds(10));
        Assert.Equal("OPTIONS /jobs/nightly", (await app.NextAsync()).What);
        Assert.Equal("POST /jobs/nightly", (await app.NextAsync()).What);
    }

    [Fact]
    public async Task An_app_that_does_not_say_in_time_what_it_wants_does_not_get_it_and_others_do()
    {
        var never = new TaskCompletionSource();
        await using var app = await BindingApp.StartAsync(context => context.Request.Path == "/slow" ? never.Task : Task.CompletedTask);
        var tick = new Announced(Cron("tick").Source);
        await using var bindings = Bindings(app.Options, [Cron("slow"), Cron("tick") with { Source = tick }]);
        var starting = bindings.StartAsync(Cancellation);
        await app.NextAsync();
        await app.NextAsync();
        await tick.Started.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        time.Step(TimeSpan.FromSeconds(3));
        await starting;
        never.SetResult();
        time.Step(TimeSpan.FromSeconds(10));
        Assert.Equal("POST /tick", (await app.NextAsync()).What);
        Assert.False(app.WasAskedMore);
    }

    [Fact]
    public async Task An_app_that_cannot_be_reached_is_no_disaster()
    {
        using var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        var port = ((IPEndPoint)unused.LocalEndpoint).Port;
        unused.Stop();
        await using var bindings = Bindings(new SidecarOptions { AppId = "app", AppPort = port }, [Cron("tick")]);
        await bindings.StartAsync(Cancellation);
        Assert.Equal(0, time.Waiting);
    }

    [Fact]
    public async Task Stopped_bindings_are_silent_and_start_again()
    {
        await using var app = await BindingApp.StartAsync();
        await using var bindings = Bindings(app.Options, [Cron("tick")]);
        await bindings.StartAsync(Cancellation);
        await bindings.StopAsync(Cancellation);
        Assert.Equal(0, time.Waiting);
        await bindings.StartAsync(Cancellation);
        await bindings.StartAsync(Cancellation);
        Assert.Equal(1, time.Waiting);
        await bindings.DisposeAsync();
        await bindings.StartAsync(Cancellation);
        Assert.Equal(0, time.Waiting);
    }

    [Fact]
    public async Task The_end_waits_for_what_the_app_is_doing_but_not_for_ever()
    {
        var doing = new TaskCompletionSource();
        await using var app = await BindingApp.StartAsync(context => context.Request.Method == "POST" ? doing.Task : Task.CompletedTask);
        await using var bindings = Bindings(app.Options, [Cron("tick")]);
        await bindings.StartAsync(Cancellation);
        await app.NextAsync();
        time.Step(TimeSpan.FromSeconds(10));
        await app.NextAsync();

        var stopping = bindings.StopAsync(Cancellation);
        Assert.False(stopping.IsCompleted);
        doing.SetResult();
        await stopping;

        doing = new TaskCompletionSource();
        await bindings.StartAsync(Cancellation);
        await app.NextAsync();
        time.Step(TimeSpan.FromSeconds(10));
        await app.NextAsync();
        using var hurry = new CancellationTokenSource();
        stopping = bindings.StopAsync(hurry.Token);
        await hurry.CancelAsync();
        await stopping;
        doing.SetResult();
    }

    [Theory]
    [InlineData(200, 1, null)]
    [InlineData(204, 3, null)]
    [InlineData(500, 3, "fails to send binding event to http app channel, status code: 500 body: said")]
    [InlineData(302, 3, "fails to send binding event to http app channel, status code: 302 body: said")]
    public async Task Only_200_satisfies_the_inbound_policy_and_any_success_the_binding(int status, int attempts, string? error)
    {
        await using var app = await BindingApp.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return status == 204 ? Task.CompletedTask : context.Response.WriteAsync("said");
        });
        using var channel = new AppChannel(app.Options);
        var delivery = new HttpBindingApp(channel, new Thrice(), new Tracer(new TracingSettings(), [], TimeProvider.System), bodyLimit: 1024);
        var sent = delivery.DeliverAsync(Cron("tick"), new BindingEvent("hi"u8.ToArray(), new Dictionary<string, string> { ["x-of"] = "binding" }), Cancellation);
        if (error is null)
        {
            await sent;
        }
        else
        {
            Assert.Equal(error, (await Assert.ThrowsAsync<BindingException>(async () => await sent)).Message);
        }

        for (var i = 0; i < attempts; i++)
        {
            var asked = await app.NextAsync();
            Assert.Equal(("hi", "binding"), (asked.Body, asked.Headers["x-of"]));
        }

        Assert.False(app.WasAskedMore);
    }

    [Fact]
    public async Task Each_event_is_observed_with_its_outcome()
    {
        await using var app = await BindingApp.StartAsync(post: 500);
        var observed = new TaskCompletionSource<(string, bool)>();
        await using var bindings = Bindings(app.Options, [Cron("tick")], (binding, succeeded, _) => observed.SetResult((binding, succeeded)));
        await bindings.StartAsync(Cancellation);
        time.Step(TimeSpan.FromSeconds(10));
        Assert.Equal(("tick", false), await observed.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("input", true)]
    [InlineData("output,input", true)]
    [InlineData("output", false)]
    public void A_component_for_output_only_is_no_input_binding(string? direction, bool isInput) =>
        Assert.Equal(isInput, InputBinding.IsInput(Metadata(direction is null ? [] : [("direction", direction)])));

    private InputBindings Bindings(SidecarOptions options, IReadOnlyList<InputBinding> bindings, BindingObserver? observer = null) => new(
        bindings,
        new HttpBindingApp(new AppChannel(options), new ResiliencyPolicies(), new Tracer(new TracingSettings(), [], TimeProvider.System), options.MaxBodySize),
        options.AppBindingOptionsTimeout,
        time,
        NullLogger.Instance,
        observer);

    private InputBinding Cron(string name, params (string, string)[] settings)
    {
        var metadata = Metadata([("schedule", "@every 10s"), .. settings]);
        return new InputBinding(name, metadata, new CronBinding(name, metadata, time, NullLogger.Instance));
    }

    private static ComponentMetadata Metadata((string Name, string Value)[] settings) =>
        new(settings.ToDictionary(setting => setting.Name, setting => setting.Value));

    private sealed class Announced(IInputBinding binding) : IInputBinding
    {
        private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Started => started.Task;

        public Task InitAsync(CancellationToken cancellation) => binding.InitAsync(cancellation);

        public async Task<IAsyncDisposable> ReadAsync(BindingHandler handler, CancellationToken cancellation)
        {
            var reading = await binding.ReadAsync(handler, cancellation);
            started.SetResult();
            return reading;
        }

        public ValueTask DisposeAsync() => binding.DisposeAsync();
    }

    private sealed class Thrice : ResiliencyPolicies
    {
        public override Policy ComponentInbound(string component, ComponentKind kind) => new Repeated();

        private sealed class Repeated : Policy
        {
            public override async ValueTask<T> RunAsync<T, TState>(Func<TState, CancellationToken, ValueTask<T>> work, TState state, CancellationToken cancellation)
            {
                for (var attempt = 1; ; attempt++)
                {
                    try
                    {
                        return await work(state, cancellation);
                    }
                    catch (AppStatusException) when (attempt < 3)
                    {
                    }
                }
            }
        }
    }
}
