using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sidecar.Protos.Workflow;

namespace Sidecar.Testing.Workflow;

/// <summary>
/// Replays recorded histories against today's code: a worker is given each turn as it was then, and what it asks for is compared with what history
/// says. No activity runs. It knows the worker only by its protocol.
/// </summary>
public sealed class WorkflowReplay : IAsyncDisposable
{
    private readonly ReplaySidecar sidecar;
    private readonly IHost worker;

    private WorkflowReplay(ReplaySidecar sidecar, IHost worker)
    {
        this.sidecar = sidecar;
        this.worker = worker;
    }

    /// <summary>Starts a worker; <paramref name="register"/> calls AddDaprWorkflow, and adds what workflows want made for them.</summary>
    public static async Task<WorkflowReplay> Start(Action<IServiceCollection> register)
    {
        var sidecar = await ReplaySidecar.StartAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
        [
            new("DAPR_GRPC_ENDPOINT", $"http://127.0.0.1:{sidecar.Port}"), new("DAPR_GRPC_PORT", $"{sidecar.Port}"), new("DAPR_API_TOKEN", ""),
        ]);
        builder.Logging.ClearProviders();
        register(builder.Services);
        var worker = builder.Build();
        await worker.StartAsync();
        return new WorkflowReplay(sidecar, worker);
    }

    /// <summary>The first place where the code does something else; null when it does the same from start to end.</summary>
    public async Task<ReplayDifference?> FirstDifference(RecordedHistory history)
    {
        var number = 0;
        var patches = new List<string>();
        foreach (var turn in history.Turns())
        {
            number++;
            var response = await sidecar.AskAsync(Request(history, turn));
            var recorded = Range(history, turn.Asked, turn.End).ToList();
            patches.AddRange(history.Events[turn.Begin].WorkflowStarted?.Version?.Patches ?? []);
            if (TurnComparison.FirstDifference(recorded, response.Actions) is { } different)
            {
                return new ReplayDifference(history.InstanceId, number, different.Recorded, different.Asked);
            }

            if (!patches.SequenceEqual(response.Version?.Patches ?? []))
            {
                return new ReplayDifference(history.InstanceId, number, $"patches [{string.Join(", ", patches)}]", $"takes [{string.Join(", ", response.Version?.Patches ?? [])}]");
            }
        }

        return null;
    }

    /// <summary>The first difference of each history that has one, for a folder of files.</summary>
    public async Task<IReadOnlyList<ReplayDifference>> Differences(string folder)
    {
        var differences = new List<ReplayDifference>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            if (await FirstDifference(RecordedHistory.Read(file)) is { } different)
            {
                differences.Add(different);
            }
        }

        return differences;
    }

    public async ValueTask DisposeAsync()
    {
        await worker.StopAsync();
        worker.Dispose();
        await sidecar.DisposeAsync();
    }

    private static WorkflowRequest Request(RecordedHistory history, RecordedTurn turn)
    {
        var request = new WorkflowRequest { InstanceId = history.InstanceId, ExecutionId = history.ExecutionId };
        request.PastEvents.Add(Range(history, 0, turn.Begin));
        request.NewEvents.Add(Range(history, turn.Begin, turn.Asked));

        // What a turn said of its version was not known when it came.
        var start = request.NewEvents[0].Clone();
        if (start.WorkflowStarted is not null)
        {
            start.WorkflowStarted.Version = null;
        }

        request.NewEvents[0] = start;
        return request;
    }

    private static IEnumerable<HistoryEvent> Range(RecordedHistory history, int begin, int end) => history.Events.Skip(begin).Take(end - begin);
}
