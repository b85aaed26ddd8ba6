using System.Net;
using Library.Chaos.Tests;

namespace Registration.Tests;

public sealed class JourneyTests : IDisposable
{
    private const string Password = "ein langer Satz als Schlüssel 7";
    private static readonly bool IsLongRun = Environment.GetEnvironmentVariable("LIBRARY_TEST_ALL") == "true";
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public JourneyTests() => _limit.CancelAfter(TimeSpan.FromMinutes(4));

    public static TheoryData<string> Sets => IsLongRun ? [ComponentSet.Embedded, "postgres", "postgres-redis"] : [ComponentSet.Embedded, "postgres-redis"];

    public void Dispose() => _limit.Dispose();

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Who_registers_logs_in_and_reads_the_own_record_and_no_other(string name)
    {
        Assert.SkipWhen(ComponentSet.Missing(name) is not null, ComponentSet.Missing(name) ?? "");
        await using var stage = await Stage.StartAsync(name, [], _limit.Token);
        var visitors = stage.Visitors;

        var (status, body, headers) = await visitors.Ask(HttpMethod.Post, "/api/registrations", _limit.Token, Applicants.WithPassword("ada", Password), key: Guid.NewGuid().ToString());
        Assert.Equal(HttpStatusCode.Accepted, status);
        var id = body.GetProperty("id").GetString()!;
        Assert.Equal($"/api/registrations/{id}", headers.Location?.OriginalString);
        var ada = await visitors.Until(id, registration => registration.HasEnded, "ended", TimeSpan.FromSeconds(30), _limit.Token);
        Assert.True(ada.Is("completed"), $"{ada.Whole}");

        (status, body, _) = await visitors.Ask(
            HttpMethod.Post, "/api/registrations?wait=10", _limit.Token, Applicants.WithPassword("grace", Password), key: Guid.NewGuid().ToString());
        Assert.True(status == HttpStatusCode.Created, $"{status} {body}");
        var grace = body.GetProperty("readerId").GetString()!;

        var token = await visitors.LogIn("Ada", Password, _limit.Token);
        var own = await visitors.Insist(() => Visitors.Request(HttpMethod.Get, $"/api/readers/{ada.ReaderId}?minVersion=2", token: token), [HttpStatusCode.OK], _limit.Token);
        Assert.Equal("ada@registration.example", own.Body.GetProperty("email").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, (await visitors.Ask(HttpMethod.Get, $"/api/readers/{grace}", _limit.Token, token: token)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitors.Ask(HttpMethod.Get, $"/api/readers/{ada.ReaderId}", _limit.Token)).Status);

        (status, body, _) = await visitors.Ask(
            HttpMethod.Post, "/api/registrations?wait=10", _limit.Token, Applicants.WithPassword("other", Password, email: "ADA@registration.example"), key: Guid.NewGuid().ToString());
        Assert.True(status == HttpStatusCode.Conflict, $"{status} {body}");
        Assert.Contains("email-taken", $"{body}", StringComparison.Ordinal);

        await visitors.Ask(HttpMethod.Delete, "/api/login", _limit.Token, token: token);
        await visitors.Becomes(HttpStatusCode.Unauthorized, () => Visitors.Request(HttpMethod.Get, $"/api/readers/{ada.ReaderId}", token: token), TimeSpan.FromSeconds(2), _limit.Token);
    }
}
