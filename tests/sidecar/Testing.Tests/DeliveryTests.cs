using System.Text;
using System.Text.Json;
using Testing.Sample;

namespace Sidecar.Testing.Tests;

public sealed class DeliveryTests
{
    private const string Patient = """
        apiVersion: dapr.io/v1alpha1
        kind: Resiliency
        metadata: {name: patient}
        spec:
          policies:
            retries:
              patient: {policy: constant, duration: 1s, maxRetries: -1, matching: {httpStatusCodes: "503"}}
          targets:
            components:
              pubsub: {inbound: {retry: patient}}
        """;

    [Fact]
    public async Task A_message_of_somebody_else_is_delivered_and_the_apps_answer_known()
    {
        await using var sidecar = await Notebook.Start();
        await using var service = await sidecar.RunNotes();

        var handled = await sidecar.Deliver("pubsub", Notebook.Letters, new Letter("1", "milk"));
        sidecar.Log.Expect("status code returned: 422");
        var refused = await sidecar.Deliver("pubsub", Notebook.Letters, new Letter("2", ""));

        Assert.Equal((200, true, "/letters"), (handled.Status, handled.IsHandled, handled.Path));
        Assert.Equal((422, false), (refused.Status, refused.IsHandled));
        Assert.Equal("milk", (await sidecar.Stored("1"))!.Text);
    }

    [Fact]
    public async Task It_comes_as_a_CloudEvent_with_the_id_and_the_sender_of_the_tests_choice()
    {
        await using var sidecar = await Notebook.Start();
        var received = new TaskCompletionSource<JsonElement>();
        await using var service = await sidecar.Run(
            _ => { },
            app =>
            {
                app.MapGet("/dapr/subscribe", () => new[] { new { pubsubname = "pubsub", topic = "letters", route = "/letters" } });
                app.MapPost("/letters", (JsonElement letter) => received.TrySetResult(letter));
            });

        await sidecar.Deliver("pubsub", "letters", new { text = "milk" }, new MessageOptions { Id = "of mine", Type = "letter", Source = "post-office" });

        var letter = await received.Task;
        Assert.Equal(("of mine", "letter", "post-office"), (letter.GetProperty("id").GetString(), letter.GetProperty("type").GetString(), letter.GetProperty("source").GetString()));
        Assert.Equal("milk", letter.GetProperty("data").GetProperty("text").GetString());
        Assert.Equal(sidecar.Clock.GetUtcNow(), letter.GetProperty("time").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_message_that_nobody_wants_says_what_the_app_subscribes_to()
    {
        await using var sidecar = await Notebook.Start();
        await using var service = await sidecar.RunNotes();

        var problem = await Assert.ThrowsAsync<TimeoutException>(() => sidecar.Deliver("pubsub", "unknown", "text", new MessageOptions { Within = TimeSpan.FromMilliseconds(50) }));

        Assert.Contains(Notebook.Letters, problem.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => sidecar.Deliver("nobroker", "unknown", "text"));
    }

    [Fact]
    public async Task Instances_take_turns()
    {
        await using var sidecar = await Notebook.Start();
        await using var first = await sidecar.RunNotes();
        await using var second = await sidecar.RunNotes();

        var deliveries = new List<Delivery>();
        for (var i = 0; i < 4; i++)
        {
            deliveries.Add(await sidecar.Deliver("pubsub", Notebook.Letters, new Letter($"{i}", "milk")));
        }

        Assert.Equal(2, deliveries.Count(delivery => delivery.Service == first.Name));
        second.Kill();
        Assert.Equal(first.Name, (await sidecar.Deliver("pubsub", Notebook.Letters, new Letter("5", "milk"))).Service);
        Assert.Equal(first.Name, (await sidecar.Deliver("pubsub", Notebook.Letters, new Letter("6", "milk"))).Service);
    }

    [Fact]
    public async Task A_message_that_could_not_be_handled_comes_again_when_the_clock_says_so()
    {
        await using var sidecar = await TestSidecar.Start(options => options.AppId("notes").InMemoryState(Notebook.Store).SqlitePubSub("pubsub").Resource(Patient));
        await using var service = await sidecar.RunNotes();
        sidecar.Faults.On(Call.SaveState).Times(2).Before();

        var first = await sidecar.Deliver("pubsub", Notebook.Letters, new Letter("1", "milk"));
        await sidecar.AdvanceUntil(() => sidecar.Deliveries.Count == 3);

        Assert.Equal(503, first.Status);
        Assert.Equal([503, 503, 200], sidecar.Deliveries.Select(delivery => delivery.Status));
        Assert.NotNull(await sidecar.Stored("1"));
    }

    [Fact]
    public async Task A_message_kept_by_the_broker_survives_the_instance_that_had_it()
    {
        await using var sidecar = await TestSidecar.Start(options => options.AppId("notes").InMemoryState(Notebook.Store).SqlitePubSub("pubsub").Resource(Patient));
        await using var service = await sidecar.RunNotes();
        using var hold = sidecar.Faults.On(Call.SaveState).By(service).Hold();
        await sidecar.Send("pubsub", Notebook.Letters, new Letter("1", "milk"));
        await hold.Arrived();

        service.Kill();
        await using var next = await sidecar.RunNotes();
        await sidecar.AdvanceUntil(() => sidecar.Deliveries.Any(delivery => delivery.IsHandled));

        Assert.Equal("milk", (await sidecar.Stored("1"))!.Text);
        Assert.Equal([(int?)null, 200], sidecar.Deliveries.Select(delivery => delivery.Status));
    }

    [Fact]
    public async Task Bytes_go_as_they_are()
    {
        await using var sidecar = await Notebook.Start();
        await using var service = await sidecar.RunNotes();

        var handled = await sidecar.Deliver("pubsub", Notebook.Letters, Encoding.UTF8.GetBytes("""{"id":"1","text":"milk"}"""));

        Assert.True(handled.IsHandled);
        Assert.Equal("milk", (await sidecar.Stored("1"))!.Text);
    }

    [Fact]
    public async Task Components_come_from_a_folder_as_the_service_has_it_elsewhere()
    {
        var folder = Directory.CreateTempSubdirectory("components-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "store.yaml"), """
                apiVersion: dapr.io/v1alpha1
                kind: Component
                metadata: {name: notes-store}
                spec:
                  type: state.sqlite
                  version: v1
                  metadata: [{name: connectionString, value: DATA/notes.db}]
                scopes: [notes]
                """, TestContext.Current.CancellationToken);
            await using var sidecar = await TestSidecar.Start(options => options.AppId("notes").Resources(folder.FullName, ("DATA", folder.FullName)));
            await sidecar.SetState(Notebook.Store, "1", "milk");

            Assert.Equal("milk", await sidecar.State<string>(Notebook.Store, "1"));
            Assert.True(File.Exists(Path.Combine(folder.FullName, "notes.db")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
