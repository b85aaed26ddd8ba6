using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Truth.Tests;

/// <summary>What daprd and a JavaScript worker said to each other in nine scenes: our sidecar says the same, field by field but for ids and times.</summary>
public sealed partial class RecordedWorkItemsTests
{
    private const string FanOut = "fan-out of three";

    [Fact]
    public async Task A_worker_is_sent_what_daprd_sends_it()
    {
        Assert.SkipWhen(Stage.NoJavaScript is not null, Stage.NoJavaScript ?? "");
        await using var stage = await Stage.StartAsync(null, inMemory: true);
        await stage.RunAsync("node", Stage.Program("workitems.mjs"), $"{stage.Http}", $"{stage.Grpc}", stage.PathOf("mine.json"));
        var (wanted, had) = (await ReadAsync(Path.Combine(Stage.Questions, "workitems.json")), await ReadAsync(stage.PathOf("mine.json")));
        foreach (var (scene, items) in wanted)
        {
            var mine = had[scene]!.AsArray();
            if (scene == FanOut)
            {
                Assert.Equal(ByKind(items!.AsArray()), ByKind(mine));
            }
            else
            {
                Assert.Equal(items!.AsArray().Select(Text), mine.Select(Text));
            }
        }
    }

    private static async Task<JsonObject> ReadAsync(string path)
    {
        var scenes = JsonNode.Parse(await File.ReadAllTextAsync(path))!.AsObject();
        Mask(scenes);
        return scenes;
    }

    private static string Text(JsonNode? item) => item!.ToJsonString();

    /// <summary>Which results come together in a turn, and which of them first, is a matter of how fast they come; that all come, once each, is not.</summary>
    private static List<string> ByKind(JsonArray items)
    {
        var all = items.Select(item => (From: (string)item!["from"]!, Kind: (string)item["kind"]!, Message: item["message"]!)).ToList();
        return
        [
            .. all.Where(item => item.Kind is "Activity").Select(item => Text(item.Message)),
            .. all.Where(item => item.Kind is "completeActivityTask").Select(item => Text(item.Message)),
            .. all.Where(item => item.Kind is "Orchestrator").SelectMany(item => item.Message["neweventsList"]!.AsArray()).Select(Text).Where(happened => !happened.Contains("orchestratorstarted")).Order(StringComparer.Ordinal),
            .. all.Where(item => item.Kind is "completeOrchestratorTask" && item.Message["actionsList"] is not null).Select(item => Text(item.Message)),
        ];
    }

    private static void Mask(JsonNode node)
    {
        switch (node)
        {
            case JsonObject members:
                if (members.ContainsKey("neweventsList"))
                {
                    // Workers of 1.19 are told the id of the run, which daprd 1.18 only has in the first event.
                    members.Remove("executionid");
                }

                foreach (var (name, value) in members.ToList())
                {
                    members[name] = Masked(name, value);
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    items[i] = Masked("", items[i]);
                }

                break;
        }
    }

    private static JsonNode? Masked(string name, JsonNode? value)
    {
        if (name is "seconds" or "nanos" or "stacktrace")
        {
            return name;
        }

        if (value is JsonValue text && text.TryGetValue<string>(out var said))
        {
            return Trace().Replace(Uuid().Replace(said, "UUID"), "TRACE");
        }

        if (value is not null)
        {
            Mask(value);
        }

        return value?.DeepClone();
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.None, 1000)]
    private static partial Regex Uuid();

    [GeneratedRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-01", RegexOptions.None, 1000)]
    private static partial Regex Trace();
}
