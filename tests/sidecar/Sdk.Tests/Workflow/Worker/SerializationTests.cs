extern alias daemon;
using System.Text.Json;
using Dapr.Common.Serialization;
using Dapr.Workflow;
using Dapr.Workflow.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Sdk.Tests.Workflow.Ground;
using Protos = daemon::Sidecar.Protos.Workflow;

namespace Sdk.Tests.Workflow.Worker;

/// <summary>Values as text.</summary>
public sealed class SerializationTests
{
    [Fact]
    public async Task Nothing_is_an_empty_text_everywhere()
    {
        await using var rig = await WorkerRig.StartAsync(options =>
        {
            options.RegisterWorkflow<string?, string?>("Null", async (context, input) =>
            {
                Assert.Null(input);
                await context.CallActivityAsync("Null");
                await context.CallChildWorkflowAsync("Null");
                return null;
            });
            options.RegisterActivity<string?, string?>("Null", (_, input) => Task.FromResult(input));
            options.RegisterWorkflow<int, int>("Zero", (_, number) => Task.FromResult(number));
        });
        foreach (var input in new[] { null, "" })
        {
            var story = rig.Tell("Null", input);
            Assert.Equal("", (await story.TurnAsync()).Actions[0].ScheduleTask.Input);
            Assert.Equal("", (await story.TurnAsync(Story.Completed(0, input))).Actions[0].CreateChildWorkflow.Input);
            Assert.Equal("", (await story.TurnAsync(Story.ChildCompleted(1, input))).Result());
            Assert.Equal("", (await rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "Null", Input = input })).Result);
        }

        Assert.Equal("0", (await rig.Tell("Zero").TurnAsync()).Result());
    }

    [Fact]
    public async Task Values_are_JSON_as_on_the_web_with_fields()
    {
        await using var rig = await WorkerRig.StartAsync(options => options.RegisterWorkflow<(int A, string B), object>("Json", (_, pair) => Task.FromResult<object>(new { Pair = pair, Mark = 'ä', Day = DayOfWeek.Friday, None = (string?)null })));
        Assert.Equal("""{"pair":{"item1":1,"item2":"x"},"mark":"\u00E4","day":5,"none":null}""", (await rig.Tell("Json", """{"Item1":"1","item2":"x"}""").TurnAsync()).Result());
    }

    [Fact]
    public async Task The_worker_takes_the_app_s_own_serializer()
    {
        var kept = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
        foreach (var (say, expected) in new (Action<WorkflowServiceCollectionExtensions.DaprWorkflowBuilder> Say, string Expected)[]
        {
            (builder => builder.WithJsonSerializer(kept), """{"first_name":"a"}"""),
            (builder => builder.WithSerializer(new JsonDaprSerializer(kept)), """{"first_name":"a"}"""),
            (builder => builder.WithSerializer(_ => new JsonWorkflowSerializer(kept)), """{"first_name":"a"}"""),
            (builder => builder.WithSerializer(_ => new JsonWorkflowSerializer()), """{"firstName":"a"}"""),
        })
        {
            await using var rig = await WorkerRig.StartWithAsync(services => say(services.AddDaprWorkflowBuilder(options => options.RegisterActivity<string, object>("Name", (_, _) => Task.FromResult<object>(new { FirstName = "a" })))));
            Assert.Equal(expected, (await rig.Sidecar.AskAsync(new Protos.ActivityRequest { Name = "Name" })).Result);
        }
    }

    [Fact]
    public void A_serializer_can_be_asked_for_bytes_and_types()
    {
        var json = new JsonDaprSerializer();
        IDaprSerializer any = json;
        var (list, number) = (typeof(object), typeof(int));
        Assert.Equal("[1]"u8.ToArray(), json.SerializeToUtf8Bytes<int[]>([1]));
        Assert.Empty(json.SerializeToUtf8Bytes<string?>(null));
        Assert.Equal([1], json.DeserializeFromUtf8Bytes<int[]>("[1]"u8)!);
        Assert.Null(json.DeserializeFromUtf8Bytes<int[]>([]));
        Assert.Equal(("1", "", "[]", ""), (any.Serialize<int>(1), any.Serialize<string?>(null), any.Serialize(new List<int>(), list), any.Serialize(null)));
        Assert.Equal((1, 0), (any.Deserialize<int>("1"), any.Deserialize<int>("")));
        Assert.Equal((1, null), (any.Deserialize("1", number), any.Deserialize(null, number)));
        Assert.Equal(("1", 1), (json.Serialize<int>(1), json.Deserialize<int>("1")));
        Assert.Equal(("1", 1), (json.Serialize(1, number), json.Deserialize("1", number)));
        Assert.Throws<ArgumentNullException>(() => new JsonDaprSerializer(null!));
    }
}
