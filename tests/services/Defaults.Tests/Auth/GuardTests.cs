using Defaults.Tests.Web;
using Library.Defaults.Auth;
using Library.Defaults.Auth.Keys;
using Library.Defaults.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tokens;

namespace Defaults.Tests.Auth;

public sealed class GuardTests
{
    private static string Fixed => $"{TestIssuer.Setting.Name}={TestIssuer.Setting.Value}";

    [Theory]
    [InlineData("/open", "200 200 200 200 200")]
    [InlineData("/signed-in", "401 200 200 200 200")]
    [InlineData("/staff", "401 403 403 200 200")]
    [InlineData("/admin", "401 403 403 403 200")]
    [InlineData("/readers/r1", "401 200 403 200 200")]
    [InlineData("/readers/r2", "401 403 403 200 200")]
    [InlineData("/users/u-r1", "401 200 403 200 200")]
    [InlineData("/users/d1", "401 403 200 200 200")]
    [InlineData("/services", "403 403 403 403 403")]
    public async Task A_route_is_for_whom_its_rule_says(string path, string statuses)
    {
        await using var stage = await WebStage.Start(Map, settings: Fixed);
        var told = new List<int>();

        foreach (var token in new[] { null, TestIssuer.Reader("r1"), TestIssuer.Default.Token("d1", null, ["door"]), TestIssuer.Staff, TestIssuer.Admin })
        {
            told.Add((await Get(stage, path, token)).Status);
        }

        Assert.Equal(statuses, string.Join(' ', told));
    }

    [Theory]
    [InlineData(null, "not-authenticated", "Bearer")]
    [InlineData("", "not-authenticated", "Bearer")]
    [InlineData("Bearer", "not-authenticated", "Bearer")]
    [InlineData("Basic YTpi", "not-authenticated", "Bearer")]
    [InlineData("Bearer ", "not-authenticated", "Bearer")]
    [InlineData("Bearer nonsense", "token-invalid", "Bearer error=\"invalid_token\"")]
    public async Task Who_is_not_signed_in_is_told_how(string? shown, string type, string challenge)
    {
        await using var stage = await WebStage.Start(Map, settings: Fixed);

        var answer = await stage.Get("/signed-in", shown is null ? [] : [("Authorization", shown)]);

        Assert.Equal((401, type, challenge, "application/problem+json"), (answer.Status, answer.Text("type"), answer.Challenge, answer.Type));
    }

    [Fact]
    public async Task A_token_may_be_shown_once_and_its_scheme_in_any_letters()
    {
        await using var stage = await WebStage.Start(Map, settings: Fixed);

        Assert.Equal(401, (await stage.Get("/signed-in", ("Authorization", $"Bearer {TestIssuer.Admin}"), ("Authorization", "Bearer x"))).Status);
        Assert.Equal(200, (await stage.Get("/signed-in", ("Authorization", $"bearer {TestIssuer.Admin}"))).Status);
    }

    [Fact]
    public async Task A_token_that_has_ended_is_told_from_one_that_never_was()
    {
        await using var stage = await WebStage.Start(Map, settings: Fixed);

        var answer = await Get(stage, "/signed-in", TestIssuer.Default.Token("u", null, [], body => body["exp"] = 1_000_000_000));

        Assert.Equal((401, "token-expired"), (answer.Status, answer.Text("type")));
    }

    [Fact]
    public async Task Who_may_not_is_told_who_may()
    {
        await using var stage = await WebStage.Start(Map, settings: Fixed);

        var answer = await Get(stage, "/staff", TestIssuer.Reader("r1"));
        var own = await Get(stage, "/readers/r2", TestIssuer.Reader("r1"));

        Assert.Equal((403, "not-allowed", "Only these roles may do this: librarian, operator, admin."), (answer.Status, answer.Text("type"), answer.Text("detail")));
        Assert.Equal((403, "not-yours"), (own.Status, own.Text("type")));
    }

    [Fact]
    public async Task The_rule_of_an_endpoint_counts_more_than_that_of_its_group()
    {
        await using var stage = await WebStage.Start(app => app.MapGroup("/group").ForRoles(Roles.Admin).MapGet("/staff", () => "").ForRoles(Roles.Staff), settings: Fixed);

        Assert.Equal(200, (await Get(stage, "/group/staff", TestIssuer.Staff)).Status);
    }

    [Theory]
    [InlineData("coordinator", 200, 200)]
    [InlineData("reader-query", 403, 200)]
    [InlineData("gateway", 403, 403)]
    [InlineData("", 403, 403)]
    [InlineData("coordinator,coordinator", 403, 200)]
    public async Task Services_are_known_by_what_the_sidecar_says(string caller, int named, int any)
    {
        await using var stage = await WebStage.Start(Map, settings: Fixed);

        Assert.Equal(named, (await stage.Get("/services", ("dapr-caller-app-id", caller))).Status);
        Assert.Equal(any, (await stage.Get("/any-service", ("dapr-caller-app-id", caller))).Status);
    }

    [Fact]
    public async Task A_handler_gets_the_caller_where_there_is_one()
    {
        await using var stage = await WebStage.Start(Map, settings: Fixed);

        Assert.Equal("u-r1 r1 reader", (await Get(stage, "/signed-in", TestIssuer.Reader("r1"))).Body);
        Assert.Equal("nobody", (await Get(stage, "/open", TestIssuer.Reader("r1"))).Body);
    }

    [Fact]
    public async Task A_service_with_a_route_of_which_nothing_is_said_does_not_start()
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]);
        builder.AddWeb("probe");
        builder.Services.AddDaprClient();
        await using var app = builder.Build();
        app.MapWeb();
        app.MapGroup("/things").MapGet("/{id}", (string id) => id);
        app.MapGet("/known", () => "").OpenToAnyone();

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("/things/{id}", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("/known", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData()]
    [InlineData("reader", "wizard")]
    public void A_rule_of_roles_that_there_are_not_is_none(params string[] roles) =>
        Assert.Throws<ArgumentException>(() => WebApplication.CreateSlimBuilder().Build().MapGroup("").ForRoles(roles));

    [Fact]
    public async Task Keys_that_cannot_be_are_refused_at_the_start() =>
        Assert.Contains("Auth:Jwks", (await Assert.ThrowsAnyAsync<Exception>(() => WebStage.Start(Map, settings: "Auth:Jwks={}"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Without_any_key_the_answer_is_503_and_comes_again()
    {
        var told = "";
        await using var stage = await WebStage.Start(
            Map, services => services.AddSingleton<KeysSource>(_ => Task.FromResult<ReadOnlyMemory<byte>>(System.Text.Encoding.UTF8.GetBytes(told))));

        var answer = await Get(stage, "/signed-in", TestIssuer.Admin);
        told = TestIssuer.Default.Jwks;
        var later = await Get(stage, "/signed-in", TestIssuer.Admin);

        Assert.Equal((503, "keys-unknown", "1", 200), (answer.Status, answer.Text("type"), answer.RetryAfter, later.Status));
    }

    [Fact]
    public async Task Rules_are_described()
    {
        await using var stage = await WebStage.Start(Map, settings: Fixed);

        var json = (await stage.Get("/openapi.json")).Json;
        string Of(string path, string member) => json.GetProperty("paths").GetProperty(path).GetProperty("get").TryGetProperty(member, out var found) ? Bare(found.GetRawText()) : "";

        Assert.Equal("""["anyone"]["signed-in"]["librarian","operator","admin"]["reader","librarian","operator","admin"]["service:coordinator"]["services"]""",
            Of("/open", "x-roles") + Of("/signed-in", "x-roles") + Of("/staff", "x-roles") + Of("/readers/{id}", "x-roles") + Of("/services", "x-roles") + Of("/any-service", "x-roles"));
        Assert.Equal("\"id\"", Of("/readers/{id}", "x-own"));
        Assert.Equal(("", """[{"bearer":[]}]"""), (Of("/open", "security"), Of("/staff", "security")));
        Assert.Equal("JWT", json.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").GetProperty("bearerFormat").GetString());
        Assert.Equal("", Of("/signed-in", "parameters"));
    }

    [Fact]
    public async Task A_token_is_in_no_log()
    {
        await using var stage = await WebStage.Start(Map, settings: Fixed);
        var forged = TestIssuer.Admin[..^4] + "AAAA";
        await Get(stage, "/signed-in", TestIssuer.Admin);
        await Get(stage, "/signed-in", forged);

        Assert.DoesNotContain(stage.Log.Lines, line => line.Contains(TestIssuer.Admin[..40], StringComparison.Ordinal) || line.Contains(TestIssuer.Admin[^40..^4], StringComparison.Ordinal));
    }

    private static Task<Answer> Get(WebStage stage, string path, string? token) => stage.Get(path, token is null ? [] : [("Authorization", $"Bearer {token}")]);

    private static string Bare(string json) => string.Concat(json.Where(c => !char.IsWhiteSpace(c)));

    private static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/open", (Caller? caller) => caller?.UserId ?? "nobody").OpenToAnyone();
        app.MapGet("/signed-in", (Caller caller) => $"{caller.UserId} {caller.ReaderId} {string.Join(' ', caller.Roles)}").ForSignedIn();
        app.MapGet("/staff", () => "").ForRoles(Roles.Staff);
        app.MapGet("/admin", () => "").ForRoles(Roles.Admin);
        app.MapGet("/readers/{id}", (string id) => id).ForReaderOrStaff("id");
        app.MapGet("/users/{id}", (string id) => id).ForUserOrStaff("id");
        app.MapGet("/services", () => "").ForServices("coordinator");
        app.MapGet("/any-service", () => "").ForServices();
    }
}
