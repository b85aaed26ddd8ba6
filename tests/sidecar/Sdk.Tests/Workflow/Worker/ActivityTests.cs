extern alias daemon;
using System.Collections.Concurrent;
using System.Diagnostics;
using Dapr.Workflow;
using Dapr.Workflow.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sdk.Tests.Workflow.Ground;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Worker;

/// <summary>Activities: what they are told, what they say, and what goes wrong.</summary>
public sealed class ActivityTests
{
    [Fact]
    public async Task An_activity_knows_for_whom_it_works()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterActivity<string, string>("Who", (context, input) =>
            Task.FromResult($"{(string)context.Identifier} {context.InstanceId} {context.TaskExecutionKey} {input}")));
        var request = new Protos.ActivityRequest { Name = "Who", TaskId = 3, TaskExecutionId = "key", Input = "\"x\"", WorkflowInstance = new Protos.WorkflowInstance { InstanceId = "order-1" } };
        var answer = await rig.Sidecar.AskAsync(request);
        Assert.Equal(("\"Who order-1 key x\"", 3, "order-1"), (answer.Result, answer.TaskId, answer.InstanceId));
        Assert.StartsWith("token-", answer.CompletionToken, StringComparison.Ordinal);
        request.TaskExecutionId = "";
        Assert.Equal("\"Who order-1 3 x\"", (await rig.Sidecar.AskAsync(request)).Result);
    }

    [Fact]
    public async Task Classes_are_found_and_made_with_services_of_a_scope_of_their_own()
    {
        var before = Counter.Disposed;
        await using var rig = await WorkerRig.StartAsync(_ => { }, services => services.AddScoped<Counter>());
        Assert.Equal("1", (await rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "counting" })).Result);
        Assert.Equal("1", (await rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = nameof(Counting) })).Result);
        Assert.Equal("1", (await rig.Tell(nameof(Counted)).TurnAsync()).Result());
        Assert.Equal(3, Counter.Disposed - before);
    }

    [Fact]
    public async Task Explicit_registrations_come_first_and_names_go_once()
    {
        var log = new Lines();
        await using var rig = await WorkerRig.StartAsync(
            options =>
            {
                options.RegisterActivity<string, string>("Twice", (_, _) => Task.FromResult("first"));
                options.RegisterActivity<Twice>();
                options.RegisterActivity<Twice>("Thrice");
                options.RegisterWorkflow<Counted>("Other");
            },
            services => services.AddScoped<Counter>().AddLogging(logging => logging.AddProvider(log)));
        Assert.Equal("\"first\"", (await rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "twice" })).Result);
        Assert.Equal("\"second\"", (await rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "thrice" })).Result);
        Assert.Equal("1", (await rig.Tell("other").TurnAsync()).Result());
        Assert.Contains(log.All, line => line.Contains("'Twice' is already registered", StringComparison.Ordinal));
        Assert.DoesNotContain(log.All, line => line.Contains("Counted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Failures_are_told_with_type_and_message()
    {
        await using var rig = await WorkerRig.StartAsync(options =>
        {
            options.RegisterActivity<string, string>("Fails", (_, _) => throw new InvalidOperationException("no"));
            options.RegisterActivity<Needy>();
        });
        var failed = (await rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "Fails" })).FailureDetails;
        Assert.Equal(("System.InvalidOperationException", "no"), (failed.ErrorType, failed.ErrorMessage));
        Assert.NotEqual("", failed.StackTrace);
        var unknown = (await rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "Nobody" })).FailureDetails;
        Assert.Equal(("ActivityNotFoundException", "Activity 'Nobody' not found"), (unknown.ErrorType, unknown.ErrorMessage));
        var needy = (await rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "Needy" })).FailureDetails;
        Assert.StartsWith("Activity 'Needy' failed to activate: ", needy.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("System.Text.Json.JsonException", (await rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "Twice", Input = "{" })).FailureDetails.ErrorType);
    }

    [Fact]
    public async Task An_activity_is_a_span_of_its_trace_and_a_turn_knows_its_own()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Dapr.Workflow",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        string? ofTurn = null;
        await using var rig = await WorkerRig.StartAsync(options =>
        {
            options.RegisterActivity<string, string>("Traced", (_, isFailing) => isFailing == "yes" ? throw new InvalidOperationException("no") : Task.FromResult($"{Activity.Current!.TraceId}"));
            options.RegisterWorkflow<string, string>("Traced", (_, _) =>
            {
                ofTurn = $"{Activity.Current?.OperationName} {Activity.Current?.TraceId} {Activity.Current?.TraceStateString}";
                return Task.FromResult("");
            });
        });
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        var context = new Protos.TraceContext { TraceParent = $"00-{Trace}-b7ad6b7169203331-01", TraceState = "a=b" };
        Assert.Equal($"\"{Trace}\"", (await rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "Traced", ParentTraceContext = context })).Result);
        await rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "Traced", ParentTraceContext = context, Input = "\"yes\"" });
        var request = rig.Tell("Traced").Request();
        request.NewEvents[1].ExecutionStarted.ParentTraceContext = context;
        await rig.Sidecar.AskAsync(request);

        Assert.Equal($"WorkflowOrchestrationTurn {Trace} a=b", ofTurn);
        var own = spans.Where(span => $"{span.TraceId}" == Trace).ToList();
        Assert.Equal([("WorkflowActivity Traced", ActivityKind.Internal, ActivityStatusCode.Unset), ("WorkflowActivity Traced", ActivityKind.Internal, ActivityStatusCode.Error)], own.Select(span => (span.OperationName, span.Kind, span.Status)));
        Assert.All(own, span => Assert.Equal("b7ad6b7169203331", $"{span.ParentSpanId}"));
    }

    [Fact]
    public void An_activity_is_asked_by_its_types()
    {
        IWorkflowActivity activity = new Twice();
        IWorkflow workflow = new Counted(new Counter());
        Assert.Equal((typeof(string), typeof(string), typeof(string), typeof(int)), (activity.InputType, activity.OutputType, workflow.InputType, workflow.OutputType));
        TaskIdentifier name = "Twice";
        Assert.Equal(("Twice", "Twice"), (name.Name, name.ToString()));
        Assert.Equal("Other", (name with { Name = "Other" }).Name);
    }

    internal sealed class Counter : IDisposable
    {
        private static int disposed;
        private int count;

        public static int Disposed => disposed;

        public int Next() => ++count;

        public void Dispose() => Interlocked.Increment(ref disposed);
    }

    internal sealed class Counting(Counter counter) : WorkflowActivity<string, int>
    {
        public override Task<int> RunAsync(WorkflowActivityContext context, string input) => Task.FromResult(counter.Next());
    }

    internal sealed class Counted(Counter counter) : Workflow<string, int>
    {
        public override Task<int> RunAsync(WorkflowContext context, string input) => Task.FromResult(counter.Next());
    }

    internal sealed class Twice : WorkflowActivity<string, string>
    {
        public override Task<string> RunAsync(WorkflowActivityContext context, string input) => Task.FromResult("second");
    }

    internal sealed class Needy(Func<decimal> need) : WorkflowActivity<string, decimal>
    {
        public override Task<decimal> RunAsync(WorkflowActivityContext context, string input) => Task.FromResult(need());
    }
}
