using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Library.Coordinator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Sidecar.Testing;
using Tokens;

namespace Coordinator.Tests;

/// <summary>The coordinator beside a sidecar, with everybody else played by the test.</summary>
internal sealed class CoordinatorSide : IAsyncDisposable
{
    public const string Store = "coordinator-store";
    public const string Password = "correct-horse-battery";

    /// <summary>As in every set of components: what time mends is brought again until it is.</summary>
    private const string Patient = """
        apiVersion: dapr.io/v1alpha1
        kind: Resiliency
        metadata: {name: resiliency}
        spec:
          policies: {retries: {until-mended: {policy: constant, duration: 200ms, maxRetries: -1, matching: {httpStatusCodes: "503"}}}}
          targets: {components: {pubsub: {inbound: {retry: until-mended}}}}
        """;

    private CoordinatorSide(TestSidecar sidecar, TestService service)
    {
        (Sidecar, Service) = (sidecar, service);
        Participants = new Participants(sidecar);
    }

    public TestSidecar Sidecar { get; }

    public TestService Service { get; }

    public Participants Participants { get; }

    /// <summary>What users answer to POST /credentials.</summary>
    public Func<JsonElement, IResult> Credentials { get; set; } = asked => Results.Json(new { credentialId = "credential-1", username = asked.GetProperty("username").GetString() }, statusCode: 201);

    public List<JsonElement> HandedOver { get; } = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<CoordinatorSide> Start(Action<ServiceOptions>? how = null)
    {
        var sidecar = await TestSidecar.Start(options => options.AppId("coordinator").Time(TimeProvider.System).SqliteState(Store, ("actorStateStore", "true")).SqlitePubSub("pubsub").Resource(Patient));
        try
        {
            var service = await sidecar.Run<ReaderAccount>(options =>
            {
                options.Setting(TestIssuer.Setting.Name, TestIssuer.Setting.Value).Setting("Sagas:Gathering", "00:00:00.02");
                how?.Invoke(options);
            });
            var side = new CoordinatorSide(sidecar, service);
            await sidecar.Simulate("user", app => app.MapPost("/credentials", (JsonElement asked) =>
            {
                lock (side.HandedOver)
                {
                    side.HandedOver.Add(asked);
                }

                return side.Credentials(asked);
            }));
            return side;
        }
        catch
        {
            await sidecar.DisposeAsync();
            throw;
        }
    }

    public static object Ada(string username = "ada", string email = "ada@example.org") => new { name = "Ada Lovelace", email, phone = "+49 30 1234567", birthDate = "1985-12-10", username, password = Password };

    public static object Stranger(string email = "stranger@example.org") => new { name = "Some Stranger", email, externalIdentity = new { issuer = "https://id.example.org", subject = "4711" } };

    public Task<Answered> Register(object? body = null, string query = "", string? key = null) => Send(HttpMethod.Post, $"/registrations{query}", body ?? Ada(), key: key);

    public async Task<Answered> Send(HttpMethod method, string path, object? body = null, string? token = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await Service.Http.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return new Answered(answer.StatusCode, answer.Headers.Location?.ToString(), answer.Headers.RetryAfter?.Delta, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    /// <summary>Waits until its record says that it has ended.</summary>
    public async Task<JsonElement> Ended(string location)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            var found = await Send(HttpMethod.Get, location);
            if (found.Body.GetProperty("state").GetString() is "completed" or "compensated" or "aborted")
            {
                return found.Body;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Participants.DisposeAsync();
        await Sidecar.DisposeAsync();
    }
}

internal sealed record Answered(HttpStatusCode Status, string? Location, TimeSpan? RetryAfter, JsonElement Body)
{
    public string Id => Location![(Location!.LastIndexOf('/') + 1)..];

    public string Type => Body.GetProperty("type").GetString()!;

    public IEnumerable<string> Reasons => Body.TryGetProperty("reasons", out var reasons) ? reasons.EnumerateArray().Select(reason => reason.GetProperty("code").GetString()!) : [];
}
