using Microsoft.Extensions.Logging;
using Sidecar.Components;
using Sidecar.Protos.Workflow;
using Sidecar.State;
using Sidecar.State.InMemory;
using Sidecar.Workflow.Hub;
using Sidecar.Workflow.Hub.Leading;

namespace Workflow.Tests.Hub;

/// <summary>The workflow half of one sidecar, on a store that others may use too.</summary>
internal sealed class TestHub : IAsyncDisposable
{
    private static int ports = 1000;

    public TestHub(IStateStore store, TimeProvider? time = null, HubSettings? settings = null, HubWatch? watch = null)
    {
        Store = new FaultyStore(store);
        Leadership = new Leadership(settings ?? new HubSettings("app"), Store, $"127.0.0.1:{Interlocked.Increment(ref ports)}", time ?? TimeProvider.System, Log, watch ?? HubWatch.None);
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public FaultyStore Store { get; }

    public Leadership Leadership { get; }

    public HubLog Log { get; } = new();

    public WorkflowHub Hub => Leadership.Hub ?? throw new InvalidOperationException("it does not lead");

    public static InMemoryStateStore Memory() =>
        new(new ComponentSpec("store", "state.in-memory", "v1", new ComponentMetadata(new Dictionary<string, string>())), TimeProvider.System, new HubLog());

    /// <summary>Leads, whoever led before.</summary>
    public async Task<TestHub> LeadAsync()
    {
        while (await Leadership.FindAsync(Cancellation) is { Hub: null } other)
        {
            Leadership.Doubt(other);
        }

        return this;
    }

    public Task<string> StartAsync(string id, string name = "chain", string? input = null) =>
        Hub.StartAsync(new StartRequest(new CreateInstanceRequest { InstanceId = id, Name = name, Input = input }), Cancellation);

    public Task<WorkflowState> EndAsync(string id) => Hub.WaitAsync(
        id,
        status => status is OrchestrationStatus.Completed or OrchestrationStatus.Failed or OrchestrationStatus.Terminated,
        payloads: true,
        Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

    public Task<WorkflowState> UntilAsync(string id, OrchestrationStatus status) =>
        Hub.WaitAsync(id, now => now == status, payloads: true, Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

    /// <summary>As by SIGKILL: without any goodbye, and nothing that was under way comes through.</summary>
    public void Kill() => Store.Cut();

    public async ValueTask DisposeAsync() => await Leadership.DisposeAsync();
}

internal sealed class HubLog : ILogger
{
    private readonly Lock gate = new();
    private readonly List<(LogLevel Level, string Text)> lines = [];

    public IReadOnlyList<(LogLevel Level, string Text)> Lines
    {
        get
        {
            lock (gate)
            {
                return [.. lines];
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (gate)
        {
            lines.Add((logLevel, $"{formatter(state, exception)} {exception}"));
        }
    }
}
