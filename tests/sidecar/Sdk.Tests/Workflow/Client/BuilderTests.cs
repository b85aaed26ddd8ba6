extern alias daemon;
using System.Text.Json;
using Dapr.Common;
using Dapr.Common.Serialization;
using Dapr.Workflow;
using Dapr.Workflow.Client;
using Dapr.Workflow.Registration;
using Dapr.Workflow.Serialization;
using Dapr.Workflow.Worker;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sdk.Tests.Workflow.Ground;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Client;

/// <summary>How clients are made and registered.</summary>
public sealed class BuilderTests
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    [Fact]
    public async Task A_client_can_be_made_without_a_container()
    {
        await using var sidecar = await FakeSidecar.StartAsync(extend: Starts);
        var builder = new DaprWorkflowClientBuilder();
        DaprGenericClientBuilder<DaprWorkflowClient> general = builder;
        general.UseGrpcEndpoint($"http://127.0.0.1:{sidecar.Port}").UseHttpEndpoint("http://127.0.0.1:1").UseDaprApiToken("sesame").UseJsonSerializationOptions(Snake).UseTimeout(TimeSpan.Zero).UseGrpcChannelOptions(new GrpcChannelOptions());
        Assert.Equal(("sesame", Snake), (general.DaprApiToken, general.JsonSerializerOptions));
        await using (var client = general.Build())
        {
            await client.ScheduleNewWorkflowAsync("Order", "a", new { FirstName = 1 });
        }

        using (var client = builder.UseJsonSerializer(Snake).Build())
        {
            await client.ScheduleNewWorkflowAsync("Order", "b", new { FirstName = 1 });
        }

        await using (IDaprWorkflowClient client = builder.UseSerializer(new JsonDaprSerializer(Snake)).Build())
        {
            await client.ScheduleNewWorkflowAsync("Order", "c", new { FirstName = 1 });
        }

        Assert.Equal(["""{"firstName":1}""", """{"first_name":1}""", """{"first_name":1}"""], sidecar.Received.OfType<Protos.CreateInstanceRequest>().Select(request => request.Input));
        Assert.Throws<InvalidOperationException>(() => general.UseGrpcEndpoint("ftp://there").Build());
    }

    [Fact]
    public async Task A_client_can_use_other_http_clients_and_a_limit_of_time()
    {
        await using var sidecar = await FakeSidecar.StartAsync(extend: Starts);
        await using var services = new ServiceCollection().AddHttpClient().BuildServiceProvider();
        var builder = new DaprWorkflowClientBuilder(new ConfigurationBuilder().AddInMemoryCollection([new("DAPR_API_TOKEN", "sesame")]).Build());
        Assert.Equal("sesame", builder.DaprApiToken);
        await using var client = builder.UseHttpClientFactory(services.GetRequiredService<IHttpClientFactory>()).UseTimeout(TimeSpan.FromSeconds(20)).UseGrpcEndpoint($"http://127.0.0.1:{sidecar.Port}").Build();
        Assert.Equal("a", await client.ScheduleNewWorkflowAsync("Order", "a"));
    }

    [Fact]
    public async Task The_registered_client_is_as_it_was_configured()
    {
        var sidecar = await FakeSidecar.StartAsync(extend: Starts);
        await using var rig = await WorkerRig.StartWithAsync(
            services =>
            {
                var builder = services.AddDaprWorkflowBuilder(null, (_, client) => client.UseSerializer(_ => new JsonWorkflowSerializer(Snake)), ServiceLifetime.Scoped);
                Assert.Same(services, builder.Services);
                Assert.Same(services, ((IDaprServiceBuilder)builder).Services);
            },
            sidecar);
        await using var scope = rig.Services.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<DaprWorkflowClient>();
        await client.ScheduleNewWorkflowAsync("Order", "a", new { FirstName = 1 });
        Assert.NotSame(client, rig.Services.CreateScope().ServiceProvider.GetRequiredService<DaprWorkflowClient>());
        Assert.Null(rig.Services.GetService<IDaprWorkflowClient>());
        Assert.Equal("""{"first_name":1}""", sidecar.Received.OfType<Protos.CreateInstanceRequest>().Single().Input);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceCollection().AddDaprWorkflow(_ => { }, (ServiceLifetime)7));
    }

    [Fact]
    public async Task A_factory_makes_what_options_and_others_have_registered()
    {
        WorkflowAutoRegistry.Register(options => options.RegisterActivity<int, int>("Everywhere", (_, number) => Task.FromResult(number)));
        await using var rig = await WorkerRig.StartAsync(_ => { });
        var factory = rig.Services.GetRequiredService<IWorkflowsFactory>();
        var options = new WorkflowRuntimeOptions();
        options.RegisterWorkflow<int, int>("Own", (_, number) => Task.FromResult(number));
        options.ApplyRegistrations(factory);
        factory.RegisterWorkflow<int, int>("Direct", (_, number) => Task.FromResult(number));
        factory.RegisterActivity<int, int>("Direct", (_, number) => Task.FromResult(number));
        factory.RegisterWorkflow<Worker.ActivityTests.Counted>("DirectClass");
        factory.RegisterActivity<Worker.ActivityTests.Twice>("DirectClass");
        Assert.True(factory.TryCreateWorkflow("own", rig.Services, out var own, out _) && own!.InputType == typeof(int) && own.OutputType == typeof(int));
        Assert.True(factory.TryCreateWorkflow("direct", rig.Services, out var direct, out _) && (int)(await direct!.RunAsync(null!, 5))! == 5);
        Assert.True(factory.TryCreateActivity("everywhere", rig.Services, out var everywhere, out _) && (int)(await everywhere!.RunAsync(null!, 5))! == 5);
        Assert.True(factory.TryCreateActivity("directclass", rig.Services, out var twice, out _) && (string)(await twice!.RunAsync(null!, null))! == "second");
        Assert.False(factory.TryCreateWorkflow("directclass", rig.Services, out _, out var missing));
        Assert.NotNull(missing);
        Assert.False(factory.TryCreateActivity("nobody", rig.Services, out _, out missing));
        Assert.Null(missing);
    }

    [Fact]
    public void Options_that_have_no_effect_check_their_values_all_the_same()
    {
        var options = new WorkflowRuntimeOptions { MaxConcurrentActivities = 5, MaxConcurrentWorkflows = 6 };
        Assert.Equal((5, 6), (options.MaxConcurrentActivities, options.MaxConcurrentWorkflows));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxConcurrentActivities = 0);
        var channel = new GrpcChannelOptions();
        options.UseGrpcChannelOptions(channel);
        Assert.Same(channel, options.GrpcChannelOptions);
    }

    [Fact]
    public void A_start_can_be_described()
    {
        StartWorkflowOptions options = new StartWorkflowOptionsBuilder().WithInstanceId("a").StartAt(DateTimeOffset.UnixEpoch);
        Assert.Equal(("a", DateTimeOffset.UnixEpoch), (options.InstanceId, options.StartAt!.Value));
        var later = new StartWorkflowOptionsBuilder().StartAfter(TimeSpan.FromHours(1)).Build();
        Assert.True(later.StartAt > TimeProvider.System.GetUtcNow().AddMinutes(59));
        Assert.Null(new StartWorkflowOptions { InstanceId = "b", StartAt = null }.StartAt);
    }

    private static void Starts(FakeSidecar fake) => fake.Answer("StartInstance", Protos.CreateInstanceRequest.Parser, request => new Protos.CreateInstanceResponse { InstanceId = request.InstanceId });
}
