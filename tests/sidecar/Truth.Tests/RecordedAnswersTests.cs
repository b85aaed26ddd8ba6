using System.Text.Json.Nodes;

namespace Truth.Tests;

/// <summary>
/// The questions that were put to a real daprd are put to our sidecar; every answer must be the same but for the differences that
/// accepted.json gives a reason for.
/// </summary>
public sealed class RecordedAnswersTests(TruthServers servers)
{
    private const string Stores = "inmem,sqlite,pg1,pg2,redis";

    [Fact]
    public async Task Over_HTTP_with_RabbitMQ_every_answer_is_daprds()
    {
        Assert.SkipWhen(TruthServers.Missing is not null, TruthServers.Missing ?? "");
        Assert.SkipWhen(Stage.NoJavaScript is not null, Stage.NoJavaScript ?? "");
        await using var stage = await Stage.StartAsync(servers, inMemory: false);
        await stage.StartWorkerAsync();
        await AskAsync(stage, "--stores", Stores, "--secrets", "secrets", "--workflow");
        await CompareAsync(stage, "http-rabbitmq.json");
    }

    [Fact]
    public async Task Over_HTTP_with_the_in_memory_broker_every_answer_is_daprds()
    {
        Assert.SkipWhen(TruthServers.Missing is not null, TruthServers.Missing ?? "");
        await using var stage = await Stage.StartAsync(servers, inMemory: true);
        await AskAsync(stage, "--secrets", "secrets");
        await CompareAsync(stage, "http-inmemory.json");
    }

    [Fact]
    public async Task Over_gRPC_every_answer_is_daprds()
    {
        Assert.SkipWhen(TruthServers.Missing is not null, TruthServers.Missing ?? "");
        Assert.SkipWhen(Stage.NoJavaScript is not null, Stage.NoJavaScript ?? "");
        await using var stage = await Stage.StartAsync(servers, inMemory: false);
        await stage.StartWorkerAsync();
        await stage.RunAsync("node", Stage.Program("grpc.mjs"), $"{stage.Grpc}", Stores, "pubsub", "secrets", "truth-b", stage.PathOf("mine.json"));
        await CompareAsync(stage, "grpc.json");
    }

    [Fact]
    public async Task Clients_of_the_task_hub_are_answered_as_by_daprd()
    {
        Assert.SkipWhen(Stage.NoJavaScript is not null, Stage.NoJavaScript ?? "");
        await using var stage = await Stage.StartAsync(null, inMemory: true);
        await stage.StartWorkerAsync();
        await stage.RunAsync("node", Stage.Program("taskhub.mjs"), $"{stage.Grpc}", stage.PathOf("mine.json"));
        await CompareAsync(stage, "taskhub.json");
    }

    private static Task AskAsync(Stage stage, params string[] more) =>
        stage.RunAsync("python3", [Path.Combine(Stage.Questions, "record.py"), "--http", $"{stage.Http}", "--app", $"{stage.App}", "--pubsub", "pubsub", "--out", stage.PathOf("mine.json"), .. more]);

    private static async Task CompareAsync(Stage stage, string recording)
    {
        var recorded = (await File.ReadAllTextAsync(Path.Combine(Stage.Questions, recording))).Replace("\"port\": 6001", $"\"port\": {stage.App}", StringComparison.Ordinal);
        var wanted = JsonNode.Parse(recorded)!.AsObject();
        foreach (var question in wanted.Select(answer => answer.Key).Where(ComesLater).ToList())
        {
            wanted.Remove(question);
        }

        await File.WriteAllTextAsync(stage.PathOf("wanted.json"), wanted.ToJsonString());
        var said = await stage.RunAsync(
            "python3", [0, 1], Path.Combine(Stage.Questions, "compare.py"), stage.PathOf("wanted.json"), stage.PathOf("mine.json"), "--accepted", Path.Combine(Stage.Questions, "accepted.json"), "--all");
        TestContext.Current.TestOutputHelper!.WriteLine(said);
        Assert.DoesNotContain("\n#", said, StringComparison.Ordinal);
    }

    /// <summary>Dapr's own outbox, MongoDB and the query of a state store are not built yet.</summary>
    private static bool ComesLater(string question) =>
        question.StartsWith("outbox", StringComparison.Ordinal) || question.Contains("state/mongo", StringComparison.Ordinal) || question == "state/pg1: query";
}
