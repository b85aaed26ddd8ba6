extern alias daemon;
using Dapr.Common;
using Dapr.Workflow;
using Dapr.Workflow.Client;
using Dapr.Workflow.Registration;
using Microsoft.Extensions.Configuration;
using Sdk.Tests.Workflow.Ground;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Client;

/// <summary>The client by its interface, as those use it who put another in its place.</summary>
public sealed class InterfaceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_that_the_client_does_its_interface_does()
    {
        var state = new Protos.GetInstanceResponse { Exists = true, WorkflowState = new Protos.WorkflowState { Name = "Order" } };
        await using var sidecar = await FakeSidecar.StartAsync(extend: fake =>
        {
            fake.Answer("StartInstance", Protos.CreateInstanceRequest.Parser, request => new Protos.CreateInstanceResponse { InstanceId = request.InstanceId });
            fake.Answer("GetInstance", Protos.GetInstanceRequest.Parser, _ => state);
            fake.Answer("WaitForInstanceStart", Protos.GetInstanceRequest.Parser, _ => state);
            fake.Answer("WaitForInstanceCompletion", Protos.GetInstanceRequest.Parser, _ => state);
            fake.Answer("RaiseEvent", Protos.RaiseEventRequest.Parser, _ => new Protos.RaiseEventResponse());
            fake.Answer("TerminateInstance", Protos.TerminateRequest.Parser, _ => new Protos.TerminateResponse());
            fake.Answer("SuspendInstance", Protos.SuspendRequest.Parser, _ => new Protos.SuspendResponse());
            fake.Answer("ResumeInstance", Protos.ResumeRequest.Parser, _ => new Protos.ResumeResponse());
            fake.Answer("PurgeInstances", Protos.PurgeInstancesRequest.Parser, _ => new Protos.PurgeInstancesResponse());
            fake.Answer("ListInstanceIDs", Protos.ListInstanceIDsRequest.Parser, _ => new Protos.ListInstanceIDsResponse());
            fake.Answer("GetInstanceHistory", Protos.GetInstanceHistoryRequest.Parser, _ => new Protos.GetInstanceHistoryResponse());
            fake.Answer("RerunWorkflowFromEvent", Protos.RerunWorkflowFromEventRequest.Parser, _ => new Protos.RerunWorkflowFromEventResponse { NewInstanceId = "new" });
        });
        DaprWorkflowClient made = new DaprWorkflowClientBuilder().UseGrpcEndpoint($"http://127.0.0.1:{sidecar.Port}").Build();
        IDaprWorkflowClient client = made;
        Assert.Equal("a", await client.ScheduleNewWorkflowAsync("Order", "a"));
        Assert.Equal("a", await client.ScheduleNewWorkflowAsync("Order", "a", null, (DateTime?)null));
        Assert.Equal("a", await client.ScheduleNewWorkflowAsync("Order", "a", null, (DateTimeOffset?)null, Cancellation));
        Assert.Equal("Order", (await client.GetWorkflowStateAsync("a", true, Cancellation)).WorkflowName);
        Assert.Equal("Order", (await client.WaitForWorkflowStartAsync("a", true, Cancellation)).WorkflowName);
        Assert.Equal("Order", (await client.WaitForWorkflowCompletionAsync("a", true, Cancellation)).WorkflowName);
        await client.RaiseEventAsync("a", "go", null, Cancellation);
        await client.TerminateWorkflowAsync("a", null, Cancellation);
        await client.SuspendWorkflowAsync("a", null, Cancellation);
        await client.ResumeWorkflowAsync("a", null, Cancellation);
        Assert.False(await client.PurgeInstanceAsync("a", Cancellation));
        Assert.Empty((await client.ListInstanceIdsAsync(null, null, Cancellation)).InstanceIds);
        Assert.Empty(await client.GetInstanceHistoryAsync("a", Cancellation));
        Assert.Equal("new", await client.RerunWorkflowFromEventAsync("a", 0, null, Cancellation));
        made.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => client.GetWorkflowStateAsync("a", true, Cancellation));
    }

    [Fact]
    public void Another_client_can_have_a_builder_of_this_kind()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("DAPR_API_TOKEN", "sesame")]).Build();
        using var client = new OwnBuilder(configuration).Build();
        Assert.Equal("sesame", client.Token);
    }

    internal sealed class OwnClient(string token) : IDaprClient
    {
        public string Token => token;

        public void Dispose()
        {
        }
    }

    internal sealed class OwnBuilder(IConfiguration configuration) : DaprGenericClientBuilder<OwnClient>(configuration)
    {
        public override OwnClient Build() => new(DaprApiToken);
    }
}
