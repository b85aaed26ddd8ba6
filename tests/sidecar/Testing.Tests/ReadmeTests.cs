using Dapr.Workflow;
using Sidecar.Testing.Workflow;
using Testing.Sample;

namespace Sidecar.Testing.Tests;

/// <summary>The examples of the kit's README, as they stand there.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public async Task A_service_writes_and_publishes()
    {
        await using var sidecar = await TestSidecar.Start(options => options
            .AppId("notes")
            .InMemoryState("notes-store")
            .InMemoryPubSub("pubsub"));
        await using var service = await sidecar.Run<Notes>();

        var handled = await sidecar.Deliver("pubsub", "letters.letter-arrived", new Letter("1", "milk"));

        Assert.True(handled.IsHandled);
        Assert.Equal("milk", (await sidecar.State<Note>("notes-store", "1"))!.Text);
        Assert.Equal("milk", (await sidecar.Published("notes.note-written").First()).Read<Note>().Text);
    }

    [Fact]
    public async Task A_call_fails_after_its_effect()
    {
        await using var sidecar = await TestSidecar.Start(options => options.AppId("notes").InMemoryState("notes-store").InMemoryPubSub("pubsub"));
        await using var service = await sidecar.Run<Notes>();
        sidecar.Faults.On(Call.SaveState).Once().After();

        var first = await sidecar.Deliver("pubsub", "letters.letter-arrived", new Letter("1", "milk"));
        var again = await sidecar.Deliver("pubsub", "letters.letter-arrived", new Letter("1", "milk"));

        Assert.Equal((503, 200), (first.Status, again.Status));
        Assert.Single(sidecar.Published("notes.note-written"));
    }

    [Fact]
    public async Task Whatever_call_fails_the_message_is_published_when_it_comes_again()
    {
        var calls = await Try(fault: null);
        for (var number = 1; number <= calls; number++)
        {
            await Try(sidecar => sidecar.Faults.At(number).Before());
            await Try(sidecar => sidecar.Faults.At(number).After());
        }

        static async Task<int> Try(Action<TestSidecar>? fault)
        {
            await using var sidecar = await TestSidecar.Start(options => options.AppId("notes").InMemoryState("notes-store").InMemoryPubSub("pubsub"));
            await using var service = await sidecar.Run<Notes>();
            fault?.Invoke(sidecar);

            var first = await sidecar.Deliver("pubsub", "letters.letter-arrived", new Letter("1", "milk"));
            var last = first.IsHandled ? first : await sidecar.Deliver("pubsub", "letters.letter-arrived", new Letter("1", "milk"));

            Assert.True(last.IsHandled);
            Assert.NotEmpty(sidecar.Published("notes.note-written"));
            return sidecar.Calls.Count;
        }
    }

    [Fact]
    public async Task An_effect_lands_after_the_service_was_replaced()
    {
        await using var sidecar = await TestSidecar.Start(options => options.AppId("notes").InMemoryState("notes-store").InMemoryPubSub("pubsub"));
        await using var service = await sidecar.Run<Notes>();
        var landing = sidecar.Faults.On(Call.SaveState).By(service).LandLater();
        await sidecar.Send("pubsub", "letters.letter-arrived", new Letter("1", "old"));
        await landing.Struck.First(1);
        service.Kill();

        await using var next = await sidecar.Run<Notes>();
        await sidecar.Deliver("pubsub", "letters.letter-arrived", new Letter("1", "new"));
        await landing.Land();

        Assert.Equal("old", (await sidecar.State<Note>("notes-store", "1"))!.Text);
    }

    [Fact]
    public async Task A_workflow_is_recorded_and_replayed()
    {
        var histories = Directory.CreateTempSubdirectory("histories-").FullName;
        await using var sidecar = await TestSidecar.Start(options => options.AppId("orders").Workflows());
        await using var service = await sidecar.Run(builder => builder.Services.AddDaprWorkflow(), _ => { });

        await sidecar.Workflows.Start(nameof(Greeting), "world", id: "greeting-1");

        Assert.Equal("Hello, world", (await sidecar.Workflows.End("greeting-1")).Output<string>());
        (await sidecar.Workflows.History("greeting-1")).WriteTo(Path.Combine(histories, "greeting-1.json"));

        await using var replay = await WorkflowReplay.Start(services => services.AddDaprWorkflow());

        Assert.Empty(await replay.Differences(histories));
        Directory.Delete(histories, recursive: true);
    }

    [Fact]
    public void Every_example_of_the_README_is_one_of_these()
    {
        var code = Normal(File.ReadAllText(Path.Combine(Root(), "tests/sidecar/Testing.Tests/ReadmeTests.cs")));
        var examples = File.ReadAllText(Path.Combine(Root(), "sidecar/Testing/README.md")).Split("```csharp\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]).ToList();

        Assert.Equal(6, examples.Count);
        Assert.All(examples, example => Assert.Contains(Normal(example), code, StringComparison.Ordinal));
    }

    private static string Normal(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Library.Dapr.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the solution is nowhere above the tests");
        }

        return folder.FullName;
    }

    internal sealed class Greeting : Workflow<string, string>
    {
        public override Task<string> RunAsync(WorkflowContext context, string input) => context.CallActivityAsync<string>(nameof(Say), input);
    }

    internal sealed class Say : WorkflowActivity<string, string>
    {
        public override Task<string> RunAsync(WorkflowActivityContext context, string input) => Task.FromResult($"Hello, {input}");
    }
}
