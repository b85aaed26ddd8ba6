using System.Text.Json;
using Google.Protobuf;
using Sidecar.Grpc;
using Sidecar.Protos.Workflow;

namespace Sidecar.Testing.Workflow;

/// <summary>The workflows of a sidecar's services, started and asked for as any client would. Values are JSON.</summary>
public sealed class TestWorkflows : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly GrpcChannel channel;
    private readonly int grpcPort;
    private readonly string? apiToken;
    private readonly Func<bool> hasServices;

    internal TestWorkflows(int grpcPort, string? apiToken, Func<bool> hasServices)
    {
        (this.grpcPort, this.apiToken, this.hasServices) = (grpcPort, apiToken, hasServices);
        channel = new GrpcChannel(new Uri($"http://127.0.0.1:{grpcPort}"), int.MaxValue, TimeProvider.System);
    }

    /// <summary>Starts one and returns its instance; when a service runs it has taken its first turn, also if the service's worker was still connecting.</summary>
    public async Task<string> Start(string name, object? input = null, string? id = null)
    {
        var request = new CreateInstanceRequest { Name = name, InstanceId = id ?? $"{Guid.CreateVersion7()}", Input = Text(input) };
        var started = (await AskAsync("StartInstance", request, CreateInstanceResponse.Parser)).InstanceId;
        if (hasServices())
        {
            await AskAsync("WaitForInstanceStart", new GetInstanceRequest { InstanceId = started }, GetInstanceResponse.Parser);
        }

        return started;
    }

    public Task Raise(string id, string name, object? payload = null) =>
        AskAsync("RaiseEvent", new RaiseEventRequest { InstanceId = id, Name = name, Input = Text(payload) }, RaiseEventResponse.Parser);

    public Task Terminate(string id) => AskAsync("TerminateInstance", new TerminateRequest { InstanceId = id, Recursive = true }, TerminateResponse.Parser);

    /// <summary>How far an instance is; null when there is none.</summary>
    public async Task<TestWorkflowState?> State(string id)
    {
        var answer = await AskAsync("GetInstance", new GetInstanceRequest { InstanceId = id, GetInputsAndOutputs = true }, GetInstanceResponse.Parser);
        return answer.Exists ? new TestWorkflowState(answer.WorkflowState) : null;
    }

    /// <summary>Waits until an instance has ended.</summary>
    public async Task<TestWorkflowState> End(string id)
    {
        var answer = await AskAsync("WaitForInstanceCompletion", new GetInstanceRequest { InstanceId = id, GetInputsAndOutputs = true }, GetInstanceResponse.Parser);
        return new TestWorkflowState(answer.WorkflowState);
    }

    /// <summary>What happened to an instance, to be replayed.</summary>
    public Task<RecordedHistory> History(string id) => RecordedHistory.Of(grpcPort, id, apiToken);

    public void Dispose() => channel.Dispose();

    private static string Text(object? value) => value is null ? "" : JsonSerializer.Serialize(value, Json);

    private async Task<TResponse> AskAsync<TRequest, TResponse>(string method, TRequest request, MessageParser<TResponse> parser)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var options = new GrpcCallOptions { Metadata = apiToken is null ? null : [new("dapr-api-token", apiToken)], Timeout = Patience.Default };
        return (await channel.UnaryAsync(ReplaySidecar.Service + method, request, parser, options, CancellationToken.None)).Message;
    }
}

/// <summary>How far an instance is.</summary>
public sealed class TestWorkflowState
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly WorkflowState state;

    internal TestWorkflowState(WorkflowState state) => this.state = state;

    /// <summary>Running, Completed, Failed, Terminated, Suspended, Pending, Stalled.</summary>
    public string Status => $"{state.WorkflowStatus}";

    /// <summary>The type and message of its failure; null when it did not fail.</summary>
    public string? Failure => state.FailureDetails is { } why ? $"{why.ErrorType}: {why.ErrorMessage}" : null;

    public T? Output<T>() => Value<T>(state.Output);

    public T? CustomStatus<T>() => Value<T>(state.CustomStatus);

    private static T? Value<T>(string? text) => string.IsNullOrEmpty(text) ? default : JsonSerializer.Deserialize<T>(text, Json);
}
