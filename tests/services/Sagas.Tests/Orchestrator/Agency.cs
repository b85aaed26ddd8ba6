using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Library.Contracts;
using Library.Defaults.Auth;
using Library.Defaults.Hosting;
using Library.Defaults.Idempotency;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Library.Sagas.Orchestrator;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;
using Library.Sagas.Orchestrator.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Testing;
using Tokens;

namespace Sagas.Tests.Orchestrator;

/// <summary>A coordinator of a travel agency beside a sidecar. The test is whoever books flights, hotels and all else.</summary>
internal sealed class Agency(TestSidecar sidecar, bool isClockHeld) : IAsyncDisposable
{
    public const string Store = "agency-store";
    public const string Replies = "agency.replies";

    // As in every set of components: what time mends comes again.
    private const string Resiliency = """
        apiVersion: dapr.io/v1alpha1
        kind: Resiliency
        metadata:
          name: resiliency
        spec:
          policies:
            retries:
              until-mended:
                policy: constant
                duration: 200ms
                maxRetries: -1
                matching:
                  httpStatusCodes: "503"
          targets:
            components:
              pubsub:
                inbound:
                  retry: until-mended
        """;

    public TestSidecar Sidecar => sidecar;

    public List<TestService> Replicas { get; } = [];

    public static async Task<Agency> Start(Action<ServiceOptions>? configure = null, int replicas = 1, bool isClockHeld = false)
    {
        var sidecar = await TestSidecar.Start(options =>
        {
            options.AppId("agency").SqliteState(Store, ("actorStateStore", "true")).SqlitePubSub("pubsub").Resource(Resiliency);
            if (!isClockHeld)
            {
                options.Time(TimeProvider.System);
            }
        });
        var agency = new Agency(sidecar, isClockHeld);
        for (var i = 0; i < replicas; i++)
        {
            await agency.Run(configure);
        }

        return agency;
    }

    public async Task Run(Action<ServiceOptions>? configure = null) => Replicas.Add(await sidecar.Run(
        builder =>
        {
            builder.AddLibraryDefaults("agency").AddWriting().AddSagas(sagas => sagas.Add<Trip>().Add<Holiday>().Add<Letters>());
        },
        Map,
        options =>
        {
            options.Setting(TestIssuer.Setting.Name, TestIssuer.Setting.Value).Setting("Sagas:Gathering", "00:00:00.02").Setting("Sagas:Break", "00:00:00.5");
            configure?.Invoke(options);
        }));

    public Task<(int Status, JsonElement Body)> Begin(string id, string traveller = "Ada", string? key = null, double? wait = null, int replica = 0, string city = "Rome", string group = "none") =>
        Ask(HttpMethod.Post, $"/trips/{id}{(wait is null ? "" : $"?wait={wait}")}", new TripData(traveller, city, group), key, replica: replica);

    public Task<(int Status, JsonElement Body)> Say(string verb, string id, string step, int occurrence, object? output = null, string reason = "The desk called.", string? token = null) =>
        Ask(HttpMethod.Post, $"/sagas/{id}/{verb}", new { reason, step, occurrence, output }, token: token);

    public Task<(int Status, JsonElement Body)> Get(string path, string? token = null) => Ask(HttpMethod.Get, path, token: token);

    public async Task<(int Status, JsonElement Body)> Ask(HttpMethod method, string path, object? body = null, string? key = null, string? token = null, int replica = 0)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? TestIssuer.Operator);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await Replicas[replica].Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    /// <summary>The command of an attempt, as soon as it is published.</summary>
    public async Task<TCommand> Command<TCommand>(string topic, string sagaId, int attempt = 1)
        where TCommand : ICommand
    {
        var message = await InTime(sidecar.Published(topic).First(message => message.Read<TCommand>(StoredJson.Options) is var command && command.SagaId == sagaId && command.Attempt == attempt));
        return message.Read<TCommand>(StoredJson.Options);
    }

    public Task Done<TCommand>(string topic, TCommand command, string? id = null, long? version = null)
        where TCommand : ICommand => Reply(new Reply(topic, command.SagaId, command.Step, command.Attempt, Done: true, id, version));

    public Task Refused<TCommand>(string topic, TCommand command, params string[] codes)
        where TCommand : ICommand => Reply(new Reply(topic, command.SagaId, command.Step, command.Attempt, Done: false, Reasons: [.. codes.Select(code => new Reason(code, $"It is {code}."))]));

    public async Task Reply(Reply reply)
    {
        var delivery = await InTime(sidecar.Deliver("pubsub", Replies, reply));
        Assert.True(delivery.IsHandled, $"{delivery}\n{string.Join('\n', sidecar.Log.Lines.TakeLast(30))}");
    }

    /// <summary>Answers "done" to every step in order.</summary>
    public async Task Complete(string id)
    {
        await Done(BookFlight.Topic, await Command<BookFlight>(BookFlight.Topic, id), $"flight-{id}", 1);
        await Done(BookHotel.Topic, await Command<BookHotel>(BookHotel.Topic, id), $"hotel-{id}", 1);
        await Done(Pay.Topic, await Command<Pay>(Pay.Topic, id));
        await Done(SendTickets.Topic, await Command<SendTickets>(SendTickets.Topic, id));
    }

    public SagaRecords Records => Replicas[^1].Services.GetRequiredService<SagaRecords>();

    public async Task<SagaRecord> Ended(string id)
    {
        var saga = await Records.Ended(id, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.True(saga?.State.HasEnded(), $"{saga?.State} {JsonSerializer.Serialize(saga?.Trail)}\n{string.Join('\n', sidecar.Log.Lines.TakeLast(30))}");
        return saga!;
    }

    /// <summary>The record, as soon as it is in this state, at this stop or a later one.</summary>
    public async Task<SagaRecord> Is(string id, SagaState state, int occurrence = 0)
    {
        SagaRecord? saga = null;
        await InTime(sidecar.Published("agency.saga-news").First(message =>
            message.Id.StartsWith($"saga/{id}/", StringComparison.Ordinal) && string.Equals(message.Read<JsonElement>().GetProperty("state").GetString(), state.ToString(), StringComparison.OrdinalIgnoreCase) &&
            (saga = Records.Find(id, CancellationToken.None).GetAwaiter().GetResult())?.State == state && (saga.Stop?.Occurrence ?? 0) >= occurrence));
        return saga!;
    }

    /// <summary>What the coordinator told itself when the saga came to be as it is now has been heard.</summary>
    public async Task Heard(string id)
    {
        var head = await sidecar.State<JsonElement>(Store, $"saga|{id}");
        if (head.ValueKind == JsonValueKind.Object && !(head.TryGetProperty("told", out var told) && told.GetInt32() > 0 && !head.TryGetProperty("endedAt", out _)))
        {
            await sidecar.Deliveries.First(delivery => delivery.Id == $"saga/{id}/{head.GetProperty("version").GetInt64()}" && delivery.IsHandled);
        }
    }

    /// <summary>Lets what was said be heard first, so that no message is cut off on its way.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var key in sidecar.Keys(Store).Where(key => key.StartsWith("saga|", StringComparison.Ordinal)))
        {
            await Heard(key["saga|".Length..]);
        }

        await sidecar.DisposeAsync();
    }

    /// <summary>A held clock moves as far as what is waited for needs it: who has lost a race waits for a moment, too.</summary>
    private async Task<T> InTime<T>(Task<T> coming)
    {
        if (isClockHeld)
        {
            await sidecar.AdvanceUntil(() => coming.IsCompleted, TimeSpan.FromMilliseconds(5));
        }

        return await coming;
    }

    private static void Map(WebApplication app)
    {
        app.MapLibraryDefaults();
        app.MapSagas();
        var trips = app.MapGroup("").ForSignedIn().AwaitsSaga(Shown).ChangesState();
        trips.MapPost("/trips/{id}", async (string id, [FromBody] TripData trip, SagaStart sagas, CancellationToken cancellation) => Result(await sagas.Start(id, trip, $"/trips/{id}", change: null, cancellation)));
        trips.MapPost("/letters/{id}", async (string id, [FromBody] LetterData letter, SagaStart sagas, CancellationToken cancellation) => Result(await sagas.Start(id, letter, $"/letters/{id}", change: null, cancellation)));
        trips.MapPost("/holidays/{id}", async (string id, [FromBody] HolidayData holiday, SagaStart sagas, CancellationToken cancellation) => Result(await sagas.Start(id, holiday, $"/holidays/{id}", change: null, cancellation)));
    }

    private static IResult Result(Decision<Answer> decision) => decision.IsRefused(out var refusal, out var answer) ? refusal.ToProblem() : answer.ToResult();

    private static IResult Shown(SagaRecord saga) => saga.State == SagaState.Completed
        ? TypedResults.Created($"/trips/{saga.Id}", new { saga.Id })
        : new Refusal("trip-refused", "The trip was not possible.", StatusCodes.Status409Conflict) { Reasons = saga.Reasons }.ToProblem();
}
