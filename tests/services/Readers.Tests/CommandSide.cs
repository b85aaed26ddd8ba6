using System.Net.Http.Headers;
using System.Text.Json;
using Library.Contracts;
using Library.Contracts.Readers;
using Library.Defaults.Stores;
using Library.Readers.Command;
using Sidecar.Testing;
using Tokens;

namespace Readers.Tests;

/// <summary>The command side of readers beside a sidecar, spoken to as the coordinator would.</summary>
internal sealed class CommandSide(TestSidecar sidecar, TestService service) : IAsyncDisposable
{
    public const string Store = "reader-command-store";
    public const string Replies = "tests.replies";

    public TestSidecar Sidecar => sidecar;

    public TestService Service => service;

    public static async Task<CommandSide> Start(Action<TestSidecarOptions>? components = null)
    {
        var sidecar = await TestSidecar.Start(options =>
        {
            options.AppId("reader-command").Time(TimeProvider.System);
            (components ?? Embedded)(options);
        });
        try
        {
            return new CommandSide(sidecar, await sidecar.Run<ReaderStore>(how => how.Setting(TestIssuer.Setting.Name, TestIssuer.Setting.Value)));
        }
        catch
        {
            await sidecar.DisposeAsync();
            throw;
        }
    }

    public Task<Reply> Create(string readerId, string email, string? phone = null, string name = "Ada", string? sagaId = null, int attempt = 1, DateOnly? birthDate = null) =>
        Order(CreateReader.Topic, new CreateReader(sagaId ?? $"saga-{readerId}", "create-reader", attempt, Replies, readerId, name, email, phone, birthDate));

    public Task<Reply> Confirm(string readerId, string? sagaId = null, int attempt = 1) =>
        Order(ConfirmReader.Topic, new ConfirmReader(sagaId ?? $"saga-{readerId}", "confirm-reader", attempt, Replies, readerId));

    public Task<Reply> Cancel(string readerId, string? sagaId = null, int attempt = 1) =>
        Order(CancelReader.Topic, new CancelReader(sagaId ?? $"saga-{readerId}", "create-reader", attempt, Replies, readerId));

    public Task<Reply> Erase(string readerId, string? sagaId = null, int attempt = 1) =>
        Order(EraseReader.Topic, new EraseReader(sagaId ?? $"erasure-{readerId}", "erase-reader", attempt, Replies, readerId));

    public async Task<Reply> Order<TCommand>(string topic, TCommand command)
        where TCommand : ICommand
    {
        var before = sidecar.Published(Replies).Count;
        var delivery = await sidecar.Deliver("pubsub", topic, command);
        if (!delivery.IsHandled)
        {
            sidecar.Log.ExpectAnything();
        }

        Assert.True(delivery.IsHandled, $"{delivery}\n{string.Join('\n', sidecar.Log.Lines)}");
        var mine = await sidecar.Published(Replies).First(message => sidecar.Published(Replies).Skip(before).Contains(message) && IsTo(message, topic, command));
        return mine.Read<Reply>(StoredJson.Options);
    }

    public async Task Active(string readerId, string email, string? phone = null, string name = "Ada")
    {
        Assert.True((await Create(readerId, email, phone, name)).Done);
        Assert.True((await Confirm(readerId)).Done);
    }

    public async Task<(int Status, JsonElement Body)> Patch(string readerId, object body, string? key = null, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri($"/readers/{readerId}", UriKind.Relative)) { Content = System.Net.Http.Json.JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? TestIssuer.Admin);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await service.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    public Task<JsonElement> State(string key) => sidecar.State<JsonElement>(Store, key);

    public ValueTask DisposeAsync() => sidecar.DisposeAsync();

    private static void Embedded(TestSidecarOptions options) => options.SqliteState(Store).SqlitePubSub("pubsub");

    private static bool IsTo<TCommand>(PublishedMessage message, string topic, TCommand command)
        where TCommand : ICommand => message.Read<Reply>(StoredJson.Options) is var reply && reply.Command == topic && reply.SagaId == command.SagaId && reply.Attempt == command.Attempt;
}
