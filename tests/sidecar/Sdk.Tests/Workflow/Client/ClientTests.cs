extern alias daemon;
using System.Diagnostics;
using Dapr.Workflow;
using Dapr.Workflow.Client;
using daemon::Sidecar.Errors;
using daemon::Sidecar.Grpc;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Sdk.Tests.Workflow.Ground;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Client;

/// <summary>What the client asks, and what it makes of answers.</summary>
public sealed class ClientTests
{
    private static readonly DateTime Time = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Starting_says_name_id_input_time_and_trace()
    {
        await using var rig = await StartAsync(fake => fake.Answer("StartInstance", Protos.CreateInstanceRequest.Parser, request => new Protos.CreateInstanceResponse { InstanceId = request.InstanceId }));
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C);
        activity.TraceStateString = "a=b";
        activity.Start();
        var client = rig.Client;
        Assert.Equal("mine", await client.ScheduleNewWorkflowAsync("Order", "mine", new { Item = 1 }));
        Assert.True(Guid.TryParse(await client.ScheduleNewWorkflowAsync("Order"), out _));
        await client.ScheduleNewWorkflowAsync("Order", "at", null, Time);
        activity.Stop();
        await client.ScheduleNewWorkflowAsync("Order", "at", null, new DateTimeOffset(Time), Cancellation);
        var asked = rig.Sidecar.Received.OfType<Protos.CreateInstanceRequest>().ToList();
        Assert.Equal(("Order", "mine", """{"item":1}""", null), (asked[0].Name, asked[0].InstanceId, asked[0].Input, asked[0].ScheduledStartTimestamp));
        Assert.Equal((activity.Id, "a=b"), (asked[0].ParentTraceContext.TraceParent, asked[0].ParentTraceContext.TraceState));
        Assert.Equal("", asked[1].Input);
        Assert.Equal(Timestamp.FromDateTime(Time), asked[2].ScheduledStartTimestamp);
        Assert.Equal((Timestamp.FromDateTime(Time), null), (asked[3].ScheduledStartTimestamp, asked[3].ParentTraceContext));
        await Assert.ThrowsAsync<ArgumentException>(() => client.ScheduleNewWorkflowAsync(""));
    }

    [Fact]
    public async Task A_state_says_all_that_is_known()
    {
        var state = new Protos.WorkflowState
        {
            Name = "Order", InstanceId = "mine", WorkflowStatus = Protos.OrchestrationStatus.Failed, Input = "5", Output = "", CustomStatus = "\"here\"",
            CreatedTimestamp = Timestamp.FromDateTime(Time), LastUpdatedTimestamp = Timestamp.FromDateTime(Time.AddHours(1)),
            FailureDetails = new Protos.TaskFailureDetails { ErrorType = "T", ErrorMessage = "no" },
        };
        await using var rig = await StartAsync(fake => Gets(fake, "GetInstance", request => new Protos.GetInstanceResponse { Exists = true, WorkflowState = state }));
        var seen = await rig.Client.GetWorkflowStateAsync("mine", cancellation: Cancellation);
        Assert.Equal(("Order", true, false, true, WorkflowRuntimeStatus.Failed), (seen.WorkflowName, seen.Exists, seen.IsWorkflowRunning, seen.IsWorkflowCompleted, seen.RuntimeStatus));
        Assert.Equal((new DateTimeOffset(Time), new DateTimeOffset(Time.AddHours(1))), (seen.CreatedAt, seen.LastUpdatedAt));
        Assert.Equal((5, null, "here"), (seen.ReadInputAs<int>(), seen.ReadOutputAs<string>(), seen.ReadCustomStatusAs<string>()));
        Assert.Equal(("T", "no", null, "T: no"), (seen.FailureDetails!.ErrorType, seen.FailureDetails.ErrorMessage, seen.FailureDetails.StackTrace, seen.FailureDetails.ToString()));
        foreach (var (status, isEnd) in new[] { (WorkflowRuntimeStatus.Running, false), (WorkflowRuntimeStatus.Completed, true), (WorkflowRuntimeStatus.Terminated, true), (WorkflowRuntimeStatus.Canceled, false), (WorkflowRuntimeStatus.Stalled, false) })
        {
            state.WorkflowStatus = (Protos.OrchestrationStatus)status;
            seen = await rig.Client.GetWorkflowStateAsync("mine", getInputsAndOutputs: false, Cancellation);
            Assert.Equal((status, isEnd), (seen.RuntimeStatus, seen.IsWorkflowCompleted));
        }

        Assert.Equal([true, false, false, false, false, false], rig.Sidecar.Received.OfType<Protos.GetInstanceRequest>().Select(request => request.GetInputsAndOutputs));
    }

    [Fact]
    public async Task An_instance_that_is_not_there_does_not_exist()
    {
        var refusal = GrpcCode.Ok;
        await using var rig = await StartAsync(fake =>
        {
            Gets(fake, "GetInstance", _ => refusal == GrpcCode.Ok ? new Protos.GetInstanceResponse() : throw new GrpcException(refusal, "no such instance exists"));
            Gets(fake, "WaitForInstanceStart", _ => new Protos.GetInstanceResponse());
        });
        foreach (var code in new[] { GrpcCode.Ok, GrpcCode.NotFound })
        {
            refusal = code;
            var seen = await rig.Client.GetWorkflowStateAsync("nobody", cancellation: Cancellation);
            Assert.Equal((false, WorkflowRuntimeStatus.Unknown, null, 0), (seen.Exists, seen.RuntimeStatus, seen.WorkflowName, seen.ReadOutputAs<int>()));
            Assert.Equal(default, seen.CreatedAt);
        }

        refusal = GrpcCode.Unknown;
        Assert.Equal(StatusCode.Unknown, (await Assert.ThrowsAsync<RpcException>(() => rig.Client.GetWorkflowStateAsync("nobody", cancellation: Cancellation))).StatusCode);
        await Assert.ThrowsAsync<InvalidOperationException>(() => rig.Client.WaitForWorkflowStartAsync("nobody", cancellation: Cancellation));
    }

    [Fact]
    public async Task Waits_outlast_a_sidecar_that_goes_away()
    {
        var failures = 0;
        await using var rig = await StartAsync(fake =>
        {
            Gets(fake, "WaitForInstanceCompletion", _ => ++failures switch
            {
                1 => throw new GrpcException(GrpcCode.Unavailable, "gone"),
                2 => throw new GrpcException(GrpcCode.DeadlineExceeded, "slow"),
                _ => new Protos.GetInstanceResponse { Exists = true, WorkflowState = new Protos.WorkflowState { WorkflowStatus = Protos.OrchestrationStatus.Completed } },
            });
            Gets(fake, "WaitForInstanceStart", _ => new Protos.GetInstanceResponse { Exists = true, WorkflowState = new Protos.WorkflowState() });
            Gets(fake, "GetInstance", _ => new Protos.GetInstanceResponse { Exists = true, WorkflowState = new Protos.WorkflowState { Output = "7" } });
        });
        Assert.Equal(7, (await rig.Client.WaitForWorkflowCompletionAsync("mine", cancellation: Cancellation)).ReadOutputAs<int>());
        Assert.True((await rig.Client.WaitForWorkflowCompletionAsync("mine", getInputsAndOutputs: false, Cancellation)).IsWorkflowCompleted);
        Assert.True((await rig.Client.WaitForWorkflowStartAsync("mine", cancellation: Cancellation)).IsWorkflowRunning);
        Assert.Equal([false, false, false, true, false, true], rig.Sidecar.Received.OfType<Protos.GetInstanceRequest>().Select(request => request.GetInputsAndOutputs));
        failures = 0;
        using var given = new CancellationTokenSource();
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Client.WaitForWorkflowCompletionAsync("mine", cancellation: given.Token));
    }

    [Fact]
    public async Task Orders_go_out_as_the_protocol_has_them()
    {
        await using var rig = await StartAsync(fake =>
        {
            fake.Answer("RaiseEvent", Protos.RaiseEventRequest.Parser, _ => new Protos.RaiseEventResponse());
            fake.Answer("TerminateInstance", Protos.TerminateRequest.Parser, _ => new Protos.TerminateResponse());
            fake.Answer("SuspendInstance", Protos.SuspendRequest.Parser, _ => new Protos.SuspendResponse());
            fake.Answer("ResumeInstance", Protos.ResumeRequest.Parser, _ => new Protos.ResumeResponse());
            fake.Answer("PurgeInstances", Protos.PurgeInstancesRequest.Parser, request => new Protos.PurgeInstancesResponse { DeletedInstanceCount = request.InstanceId == "mine" ? 2 : 0 });
        });
        var client = rig.Client;
        await client.RaiseEventAsync("mine", "go", new { A = 1 }, Cancellation);
        await client.RaiseEventAsync("mine", "go", cancellation: Cancellation);
        await client.TerminateWorkflowAsync("mine", "bye", Cancellation);
        await client.SuspendWorkflowAsync("mine", "tired", Cancellation);
        await client.ResumeWorkflowAsync("mine", cancellation: Cancellation);
        Assert.True(await client.PurgeInstanceAsync("mine", Cancellation));
        Assert.False(await client.PurgeInstanceAsync("other", Cancellation));
        Assert.Equal(
            [
                new Protos.RaiseEventRequest { InstanceId = "mine", Name = "go", Input = """{"a":1}""" },
                new Protos.RaiseEventRequest { InstanceId = "mine", Name = "go", Input = "" },
                new Protos.TerminateRequest { InstanceId = "mine", Output = "\"bye\"", Recursive = true },
                new Protos.SuspendRequest { InstanceId = "mine", Reason = "tired" },
                new Protos.ResumeRequest { InstanceId = "mine", Reason = "" },
                new Protos.PurgeInstancesRequest { InstanceId = "mine", Recursive = true },
                new Protos.PurgeInstancesRequest { InstanceId = "other", Recursive = true },
            ],
            rig.Sidecar.Received.Cast<IMessage>());
    }

    [Fact]
    public async Task Ids_history_and_reruns_can_be_asked_for()
    {
        await using var rig = await StartAsync(fake =>
        {
            fake.Answer("ListInstanceIDs", Protos.ListInstanceIDsRequest.Parser, request => request.HasContinuationToken
                ? new Protos.ListInstanceIDsResponse { InstanceIds = { "b" } }
                : new Protos.ListInstanceIDsResponse { InstanceIds = { "a" }, ContinuationToken = "next" });
            fake.Answer("GetInstanceHistory", Protos.GetInstanceHistoryRequest.Parser, _ => new Protos.GetInstanceHistoryResponse
            {
                Events = { Story.Scheduled(4, "Ship"), new Protos.HistoryEvent { EventId = -1, Timestamp = Timestamp.FromDateTime(Time), WorkflowStarted = new Protos.WorkflowStartedEvent() }, Story.ChildCompleted(1), new Protos.HistoryEvent() },
            });
            fake.Answer("RerunWorkflowFromEvent", Protos.RerunWorkflowFromEventRequest.Parser, request => new Protos.RerunWorkflowFromEventResponse { NewInstanceId = request.HasNewInstanceId ? request.NewInstanceId : "new" });
        });
        var client = rig.Client;
        Assert.Equal((["a"], "next"), await client.ListInstanceIdsAsync(pageSize: 1, cancellation: Cancellation) is var page ? (page.InstanceIds.ToArray(), page.ContinuationToken) : default, Same);
        Assert.Null((await client.ListInstanceIdsAsync("next", cancellation: Cancellation)).ContinuationToken);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.ListInstanceIdsAsync(pageSize: 0, cancellation: Cancellation));
        var history = await client.GetInstanceHistoryAsync("mine", Cancellation);
        Assert.Equal([WorkflowHistoryEventType.TaskScheduled, WorkflowHistoryEventType.OrchestratorStarted, WorkflowHistoryEventType.SubOrchestrationInstanceCompleted, WorkflowHistoryEventType.Unknown], history.Select(item => item.EventType));
        Assert.Equal((4, -1, Time), (history[0].EventId, history[1].EventId, history[1].Timestamp));
        Assert.Equal("new", await client.RerunWorkflowFromEventAsync("mine", 4, cancellation: Cancellation));
        Assert.Equal("again", await client.RerunWorkflowFromEventAsync("mine", 4, new RerunWorkflowFromEventOptions { NewInstanceId = "again", Input = 5, OverwriteInput = true }, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => client.RerunWorkflowFromEventAsync("mine", 4, new RerunWorkflowFromEventOptions { Input = 5 }, Cancellation));
        Assert.Equal(
            [new Protos.RerunWorkflowFromEventRequest { SourceInstanceId = "mine", EventId = 4 }, new Protos.RerunWorkflowFromEventRequest { SourceInstanceId = "mine", EventId = 4, NewInstanceId = "again", Input = "5", OverwriteInput = true }],
            rig.Sidecar.Received.OfType<Protos.RerunWorkflowFromEventRequest>());
        Assert.Equal(1u, rig.Sidecar.Received.OfType<Protos.ListInstanceIDsRequest>().First().PageSize);
    }

    private static bool Same((string[] Ids, string? Next) one, (string[] Ids, string? Next) other) => one.Ids.SequenceEqual(other.Ids) && one.Next == other.Next;

    private static void Gets(FakeSidecar fake, string method, Func<Protos.GetInstanceRequest, Protos.GetInstanceResponse> answer) => fake.Answer(method, Protos.GetInstanceRequest.Parser, answer);

    private static async Task<WorkerRig> StartAsync(Action<FakeSidecar> answers) => await WorkerRig.StartWithAsync(services => services.AddDaprWorkflow(), await FakeSidecar.StartAsync(extend: answers));
}
