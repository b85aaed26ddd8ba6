using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Library.Contracts;
using Library.Contracts.Users;
using Library.Defaults.Stores;
using Library.Users.Accounts;
using Sidecar.Testing;

namespace Users.Tests;

/// <summary>The user service beside a sidecar, spoken to as the coordinator and as clients behind the gateway would.</summary>
internal sealed class UserSide(TestSidecar sidecar, TestService service) : IAsyncDisposable
{
    public const string Store = "user-store";
    public const string Replies = "tests.replies";
    public const string Password = "correct horse battery staple";
    public const string AdminPassword = "shelf-lamp-river-stone";
    public const string MasterKey = "0123456789abcdef0123456789abcdef";

    public TestSidecar Sidecar => sidecar;

    public TestService Service => service;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<UserSide> Start(
        Action<TestSidecarOptions>? more = null, Action<ServiceOptions>? settings = null, IReadOnlyDictionary<string, string>? secrets = null, TimeProvider? time = null)
    {
        var sidecar = await Beside(more, secrets, time);
        try
        {
            return await Run(sidecar, settings);
        }
        catch
        {
            await sidecar.DisposeAsync();
            throw;
        }
    }

    public static Task<TestSidecar> Beside(Action<TestSidecarOptions>? more = null, IReadOnlyDictionary<string, string>? secrets = null, TimeProvider? time = null) => TestSidecar.Start(options =>
    {
        options.AppId("user").Time(time ?? TimeProvider.System).SqliteState(Store).SqlitePubSub("pubsub")
            .Secrets("secrets", secrets ?? new Dictionary<string, string> { ["admin-password"] = AdminPassword, ["master-key"] = MasterKey });
        more?.Invoke(options);
    });

    public async Task<Answered> Ask(HttpMethod method, string path, object? body = null, string? token = null, string? key = null, string from = "192.0.2.1", TestService? at = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : JsonContent.Create(body);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("X-Forwarded-For", from);
        request.Headers.Add("dapr-caller-app-id", path == "/credentials" ? "coordinator" : "gateway");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await (at ?? service).Http.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return new Answered((int)answer.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text), answer.Headers.RetryAfter?.Delta);
    }

    public Task<Answered> Login(string username, string password = Password, string from = "192.0.2.1") => Ask(HttpMethod.Post, "/login", new { username, password }, from: from);

    public async Task<string> Token(string username, string password = Password)
    {
        var answer = await Login(username, password);
        Assert.True(answer.Status == 200, $"{answer}");
        return answer.Body.GetProperty("accessToken").GetString()!;
    }

    public Task<string> AdminToken() => Token("admin", AdminPassword);

    public Task<Answered> HandOver(string? username, string password = Password, string? email = null) => Ask(HttpMethod.Post, "/credentials", new { username, password, email });

    public async Task<string> Credential(string? username, string password = Password)
    {
        var answer = await HandOver(username, password);
        Assert.True(answer.Status == 201, $"{answer}");
        return answer.Body.GetProperty("credentialId").GetString()!;
    }

    public async Task<Reply> Create(string userId, string? username = null, string? credentialId = null, ExternalIdentity? identity = null, string? sagaId = null, int attempt = 1) =>
        await Order(CreateUser.Topic, new CreateUser(sagaId ?? $"saga-{userId}", "create-user", attempt, Replies, userId, $"reader-of-{userId}", username, credentialId, identity));

    public Task<Reply> Activate(string userId, string? sagaId = null, int attempt = 1) =>
        Order(ActivateUser.Topic, new ActivateUser(sagaId ?? $"saga-{userId}", "activate-user", attempt, Replies, userId));

    public Task<Reply> Cancel(string userId, string? sagaId = null, int attempt = 1) => Order(CancelUser.Topic, new CancelUser(sagaId ?? $"saga-{userId}", "create-user", attempt, Replies, userId));

    public Task<Reply> Disable(string userId, string sagaId = "erasure", int attempt = 1) => Order(DisableUser.Topic, new DisableUser(sagaId, "disable-user", attempt, Replies, userId));

    public Task<Reply> Enable(string userId, string sagaId = "erasure", int attempt = 1) => Order(EnableUser.Topic, new EnableUser(sagaId, "disable-user", attempt, Replies, userId));

    public Task<Reply> Erase(string userId, string sagaId = "erasure", int attempt = 1) => Order(EraseUser.Topic, new EraseUser(sagaId, "erase-user", attempt, Replies, userId));

    /// <summary>A user that has registered with a password.</summary>
    public async Task Active(string userId, string username, string password = Password)
    {
        Assert.True((await Create(userId, username, await Credential(username, password))).Done);
        Assert.True((await Activate(userId)).Done);
    }

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

    public Task<JsonElement> State(string key) => sidecar.State<JsonElement>(Store, key);

    /// <summary>The facts of a user that were published to a topic.</summary>
    public async Task<TFact> Fact<TFact>(string topic, string userId)
        where TFact : IFact =>
        (await sidecar.Published(topic).First(message => message.Read<Published<TFact>>(StoredJson.Options).Fact.Id == userId)).Read<Published<TFact>>(StoredJson.Options).Fact;

    public ValueTask DisposeAsync() => sidecar.DisposeAsync();

    private static async Task<UserSide> Run(TestSidecar sidecar, Action<ServiceOptions>? settings)
    {
        // A test may end while it is still told which sessions have ended.
        sidecar.Log.Expect("handling a message of user.parked");
        return new UserSide(sidecar, await sidecar.Run<UserStore>(options =>
        {
            options.Setting("Hashing:Patience", "00:00:30");
            settings?.Invoke(options);
        }));
    }

    private static bool IsTo<TCommand>(PublishedMessage message, string topic, TCommand command)
        where TCommand : ICommand => message.Read<Reply>(StoredJson.Options) is var reply && reply.Command == topic && reply.SagaId == command.SagaId && reply.Attempt == command.Attempt;
}

internal sealed record Answered(int Status, JsonElement Body, TimeSpan? RetryAfter)
{
    public string? Type => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("type", out var type) ? type.GetString() : null;

    public IEnumerable<string?> Reasons() => Body.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString());

    public string Text(string name) => Body.GetProperty(name).GetString()!;
}
