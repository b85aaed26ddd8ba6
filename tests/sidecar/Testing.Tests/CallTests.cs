using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Sidecar.Errors;
using Sidecar.Protos;

namespace Sidecar.Testing.Tests;

public sealed class CallTests
{
    [Fact]
    public async Task Calls_over_HTTP_are_written_down_in_order_with_what_they_are_about()
    {
        await using var sidecar = await Notebook.Start(options => options.Secrets("vault", new Dictionary<string, string> { ["key"] = "value" }));
        await using var caller = await Caller.Start(sidecar, isGrpc: false);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{caller.Service.Services.GetRequiredService<IConfiguration>()["DAPR_HTTP_PORT"]}") };

        await Ask("POST", "/v1.0/state/notes-store", """[{"key":"a","value":1},{"key":"b","value":2}]""");
        await Ask("GET", "/v1.0/state/notes-store/a%2Fb");
        await Ask("POST", "/v1.0/state/notes-store/bulk", """{"keys":["a","b"]}""");
        await Ask("POST", "/v1.0/state/notes-store/transaction", """{"operations":[{"operation":"upsert","request":{"key":"a","value":3}},{"operation":"delete","request":{"key":"b"}}]}""");
        await Ask("DELETE", "/v1.0/state/notes-store/a");
        await Ask("POST", "/v1.0/publish/pubsub/letters/late", "1");
        await Ask("GET", "/v1.0/secrets/vault/key");
        await Ask("GET", "/v1.0/metadata");
        await Ask("GET", "/v1.0/healthz/outbound");
        await Ask("POST", "/v1.0/state/nowhere", "not json");

        Assert.Equal(
            [
                "#1 1 SaveState notes-store a b → 204",
                "#2 1 GetState notes-store a/b → 204",
                "#3 1 GetBulkState notes-store a b → 200",
                "#4 1 ExecuteStateTransaction notes-store a b → 204",
                "#5 1 DeleteState notes-store a → 204",
                "#6 1 PublishEvent pubsub letters/late → 204",
                "#7 1 GetSecret vault key → 200",
                "#8 1 GetMetadata   → 200",
                "#9 1 Healthz   → 204",
                "#10 1 SaveState nowhere  → 400",
            ],
            sidecar.Calls.Select(call => call.ToString()));
        Assert.Equal([("a", "1"), ("b", "2"), ("a", "3"), ("b", null), ("a", null)], sidecar.Calls.SelectMany(call => call.Writes).Select(write => (write.Key, Text(write))));

        async Task Ask(string method, string path, string? body = null)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
            request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Calls_over_gRPC_have_the_same_names()
    {
        await using var sidecar = await Notebook.Start();
        await using var caller = await Caller.Start(sidecar, isGrpc: true);
        var item = new StateItem { Key = "a", Value = ByteString.CopyFromUtf8("1") };

        await caller.Unary(Call.SaveState, new SaveStateRequest { StoreName = "notes-store", States = { item } });
        await caller.Unary(Call.GetState, new GetStateRequest { StoreName = "notes-store", Key = "a" });
        await caller.Unary(Call.GetBulkState, new GetBulkStateRequest { StoreName = "notes-store", Keys = { "a", "b" } });
        await caller.Unary(
            Call.ExecuteStateTransaction,
            new ExecuteStateTransactionRequest { StoreName = "notes-store", Operations = { new TransactionalStateOperation { OperationType = "upsert", Request = item } } });
        await caller.Unary(Call.DeleteState, new DeleteStateRequest { StoreName = "notes-store", Key = "a" });
        await caller.Publish("letters", "text");
        await caller.Unary(Call.GetState, new GetStateRequest { StoreName = "nowhere", Key = "a" });

        Assert.Equal(
            [
                "#1 1 SaveState notes-store a → OK",
                "#2 1 GetState notes-store a → OK",
                "#3 1 GetBulkState notes-store a b → OK",
                "#4 1 ExecuteStateTransaction notes-store a → OK",
                "#5 1 DeleteState notes-store a → OK",
                "#6 1 PublishEvent pubsub letters → OK",
                "#7 1 GetState nowhere a → InvalidArgument",
            ],
            sidecar.Calls.Select(call => call.ToString()));
        Assert.Equal(["a", "b"], sidecar.Keys("notes-store"));
        Assert.Equal([("a", "1"), ("a", "1"), ("a", null)], sidecar.Calls.SelectMany(call => call.Writes).Select(write => (write.Key, Text(write))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_what_the_broker_accepted_counts_as_published(bool isGrpc)
    {
        await using var sidecar = await Notebook.Start();
        await using var caller = await Caller.Start(sidecar, isGrpc);
        sidecar.Faults.On(Call.PublishEvent).Nth(1).Before();
        sidecar.Faults.On(Call.PublishEvent).Nth(2).After();
        var landing = sidecar.Faults.On(Call.PublishEvent).Nth(3).LandLater();

        Assert.Equal(GrpcCode.Unavailable, await caller.Publish("letters", "lost", "1"));
        Assert.Equal(GrpcCode.Unavailable, await caller.Publish("letters", "sent all the same", "2"));
        await caller.Publish("letters", "late", "3");
        await caller.Publish("letters", "in time", "4");
        await caller.Publish("other", "elsewhere", "5");
        await landing.Land();

        var letters = await sidecar.Published("letters").First(3);
        Assert.Equal(["2", "4", "3"], letters.Select(message => message.Id));
        Assert.Equal("sent all the same", letters[0].Read<string>());
        Assert.Equal(4, sidecar.Published().Count);
    }

    [Fact]
    public async Task Messages_published_together_are_told_apart()
    {
        await using var sidecar = await Notebook.Start();
        await using var caller = await Caller.Start(sidecar, isGrpc: false);
        var entries = new[]
        {
            new { entryId = "a", @event = new { number = 1 }, contentType = "application/json", metadata = new Dictionary<string, string> { ["cloudevent.id"] = "first" } },
            new { entryId = "b", @event = new { number = 2 }, contentType = "application/json", metadata = new Dictionary<string, string> { ["cloudevent.id"] = "second" } },
        };

        Assert.Equal(GrpcCode.Ok, await caller.Post("/v1.0/publish/bulk/pubsub/letters", entries));

        var letters = await sidecar.Published("letters").First(2);
        Assert.Equal(["first", "second"], letters.Select(message => message.Id));
        Assert.Equal([1, 2], letters.Select(message => message.Read<JsonElement>().GetProperty("number").GetInt32()));
    }

    [Fact]
    public async Task What_happened_is_told_apart_from_what_the_caller_was_told()
    {
        await using var sidecar = await Notebook.Start();
        await using var caller = await Caller.Start(sidecar, isGrpc: true);
        sidecar.Faults.On(Call.SaveState).Nth(1).Before();
        sidecar.Faults.On(Call.SaveState).Nth(2).After();
        var landing = sidecar.Faults.On(Call.SaveState).Nth(3).LandLater();
        for (var i = 0; i < 4; i++)
        {
            await caller.Save("1", "milk");
        }

        await landing.Land();

        Assert.Equal([null, "OK", "OK", "OK"], sidecar.Calls.Select(call => call.Outcome));
        Assert.Equal([0, 1, 3, 2], sidecar.Calls.Select(call => call.Order));
        Assert.Equal([false, true, true, true], sidecar.Calls.Select(call => call.HasHappened));
    }

    private static string? Text(Written write) => write.Value is { } value ? Encoding.UTF8.GetString(value.Span) : null;

    [Fact]
    public async Task A_message_that_does_not_come_is_missed_in_time()
    {
        await using var sidecar = await Notebook.Start();

        await Assert.ThrowsAsync<TimeoutException>(() => sidecar.Published("letters").First(within: TimeSpan.FromMilliseconds(20)));
    }
}
