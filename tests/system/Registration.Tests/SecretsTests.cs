using System.Net;

namespace Registration.Tests;

[Collection(OpenHouse.Name)]
public sealed class SecretsTests : IDisposable
{
    private const int Requests = 50;
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<string> _planted = [];
    private readonly Stage _stage;

    public SecretsTests(OpenHouse house)
    {
        _stage = house.Stage;
        _limit.CancelAfter(TimeSpan.FromMinutes(4));
    }

    public void Dispose() => _limit.Dispose();

    /// <summary>Also where they are sent to whom they are not meant for, or with a request that is refused.</summary>
    [Fact]
    public async Task Passwords_tokens_and_keys_are_written_nowhere()
    {
        var visitors = _stage.Visitors;
        var staff = await _stage.Operator.Token(_limit.Token);
        _planted.Add(staff);
        var first = await Registered(visitors, "first");
        for (var sent = 0; sent < Requests; sent++)
        {
            var request = (sent % 10) switch
            {
                0 => Visitors.Request(HttpMethod.Post, "/api/registrations", Applicants.WithPassword($"reader{sent}", Secret("Password")), key: Secret("key")),
                1 => Visitors.Request(HttpMethod.Post, "/api/registrations", Applicants.WithPassword("x", Secret("Password"), email: "none"), key: Secret("key")),
                2 => Visitors.Request(HttpMethod.Post, "/api/login", new { username = "first", password = Secret("Password") }),
                3 => Visitors.Request(HttpMethod.Post, "/api/login", new { idToken = Secret("token") }),
                4 => Visitors.Request(HttpMethod.Get, "/api/readers/1", token: Secret("token")),
                5 => Visitors.Request(HttpMethod.Post, "/api/password", new { password = Secret("Password"), newPassword = Secret("Password") }, token: first),
                6 => Visitors.Request(HttpMethod.Post, "/api/users", new { username = $"staff{sent}", password = Secret("Password"), roles = new[] { "librarian" } }, token: staff, key: Secret("key")),
                7 => Visitors.Request(HttpMethod.Patch, $"/api/readers/{Guid.NewGuid()}", new { name = "Eve", password = Secret("Password") }, token: Secret("token"), key: Secret("key")),
                8 => Visitors.Request(HttpMethod.Post, "/api/sagas/none/retry", new { reason = "none", step = "none", occurrence = 1 }, token: Secret("token"), key: Secret("key")),
                _ => Visitors.Request(HttpMethod.Delete, "/api/login", token: await Registered(visitors, $"gone{sent}")),
            };
            using (request)
            {
                using var answer = await _stage.Library.Gateway.SendAsync(request, _limit.Token);
                Assert.True(answer.StatusCode < HttpStatusCode.InternalServerError, $"{request.Method} {request.RequestUri}: {answer.StatusCode}");
            }
        }

        await _stage.Operator.Finds("type=ReaderUserCreation&state=running", found => found.Count == 0, _limit.Token);
        var library = new Belongings(_stage);
        await Spans.Settle(_stage.Library, _limit.Token);

        Assert.Empty(await library.Find(_planted, isByteByByte: true, _limit.Token));
        Assert.NotEmpty(await library.Find(["first@registration.example"], isByteByByte: true, _limit.Token));
    }

    [Theory]
    [InlineData("admin-password")]
    [InlineData("master-key")]
    public async Task No_app_is_told_a_secret_of_another(string name)
    {
        using var sidecar = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_stage.Library.CoordinatorSidecar}") };
        sidecar.DefaultRequestHeaders.Add("dapr-api-token", _stage.Library.Token);

        Assert.Equal(HttpStatusCode.Forbidden, (await sidecar.GetAsync(new Uri($"/v1.0/secrets/secrets/{name}", UriKind.Relative), _limit.Token)).StatusCode);
        Assert.Equal("{}", (await sidecar.GetStringAsync(new Uri("/v1.0/secrets/secrets/bulk", UriKind.Relative), _limit.Token)).Trim());
    }

    private string Secret(string kind)
    {
        var secret = $"Planted-{kind}-{Guid.NewGuid():N}";
        _planted.Add(secret);
        return secret;
    }

    /// <summary>The token of somebody new.</summary>
    private async Task<string> Registered(Visitors visitors, string username)
    {
        var password = Secret("Password");
        await visitors.Insist(
            () => Visitors.Request(HttpMethod.Post, "/api/registrations?wait=10", Applicants.WithPassword(username, password), key: username), [HttpStatusCode.Created], _limit.Token);
        var token = await visitors.LogIn(username, password, _limit.Token);
        _planted.Add(token);
        return token;
    }
}
