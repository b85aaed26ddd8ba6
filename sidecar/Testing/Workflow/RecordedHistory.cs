using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Sidecar.Grpc;
using Sidecar.Protos.Workflow;

namespace Sidecar.Testing.Workflow;

/// <summary>What happened to one instance, as its sidecar tells it, and the file that keeps it.</summary>
public sealed class RecordedHistory
{
    private const int NoLimit = int.MaxValue;
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private RecordedHistory(string instanceId, string? executionId, IReadOnlyList<HistoryEvent> events)
    {
        InstanceId = instanceId;
        ExecutionId = executionId;
        Events = events;
    }

    public string InstanceId { get; }

    /// <summary>The run, if the sidecar told it to its workers. Sidecars before 1.19 do not; ids that the code makes depend on it.</summary>
    public string? ExecutionId { get; }

    public int EventCount => Events.Count;

    internal IReadOnlyList<HistoryEvent> Events { get; }

    /// <summary>Asks a sidecar on this machine for the history of an instance.</summary>
    public static async Task<RecordedHistory> Of(int grpcPort, string instanceId, string? apiToken = null, bool tellsExecutionId = true)
    {
        using var channel = new GrpcChannel(new Uri($"http://127.0.0.1:{grpcPort}"), NoLimit, TimeProvider.System);
        var options = new GrpcCallOptions { Metadata = apiToken is null ? null : [new("dapr-api-token", apiToken)], Timeout = Patience.Default };
        var answer = await channel.UnaryAsync(
            ReplaySidecar.Service + "GetInstanceHistory", new GetInstanceHistoryRequest { InstanceId = instanceId }, GetInstanceHistoryResponse.Parser, options, CancellationToken.None);
        var events = answer.Message.Events;
        var start = events.FirstOrDefault(item => item.ExecutionStarted is not null)?.ExecutionStarted;
        return new RecordedHistory(instanceId, tellsExecutionId ? start?.WorkflowInstance?.ExecutionId : null, events);
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    public static RecordedHistory Read(string file)
    {
        var root = JsonNode.Parse(File.ReadAllText(file))!;
        var events = root["events"]!.AsArray().Select(item => JsonParser.Default.Parse<HistoryEvent>(item!.ToJsonString())).ToList();
        return new RecordedHistory((string)root["instanceId"]!, (string?)root["executionId"], events);
    }

    public void WriteTo(string file)
    {
        var root = new JsonObject
        {
            ["instanceId"] = InstanceId,
            ["executionId"] = ExecutionId,
            ["events"] = new JsonArray([.. Events.Select(item => JsonNode.Parse(JsonFormatter.Default.Format(item)))]),
        };
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, root.ToJsonString(Written) + "\n");
    }

    /// <summary>The turns that the history consists of: each begins with its start and ends with what the worker asked for.</summary>
    internal IEnumerable<RecordedTurn> Turns()
    {
        for (var begin = 0; begin < Events.Count;)
        {
            var asked = begin + 1;
            while (asked < Events.Count && Events[asked].WorkflowStarted is null && !RecordedTurn.IsAsked(Events[asked]))
            {
                asked++;
            }

            var end = asked;
            while (end < Events.Count && Events[end].WorkflowStarted is null)
            {
                end++;
            }

            yield return new RecordedTurn(begin, asked, end);
            begin = end;
        }
    }
}
