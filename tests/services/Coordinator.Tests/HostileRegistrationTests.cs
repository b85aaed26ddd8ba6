using System.Net;

namespace Coordinator.Tests;

/// <summary>What no honest client sends.</summary>
public sealed class HostileRegistrationTests : IAsyncLifetime
{
    private CoordinatorSide _coordinator = null!;

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "no proof", """{"name":"A","email":"a@b.c"}""", "identity-missing" },
        { "both proofs", """{"name":"A","email":"a@b.c","username":"ada","password":"long enough","externalIdentity":{"issuer":"i","subject":"s"}}""", "identity-ambiguous" },
        { "a password alone", """{"name":"A","email":"a@b.c","password":"long enough"}""", "username-invalid" },
        { "an empty identity", """{"name":"A","email":"a@b.c","externalIdentity":{"issuer":"","subject":" "}}""", "external-identity-invalid" },
        { "a bell in the name", "{\"name\":\"A\\u0007\",\"email\":\"a@b.c\",\"externalIdentity\":{\"issuer\":\"i\",\"subject\":\"s\"}}", "name-invalid" },
        { "a long name", $$$"""{"name":"{{{new string('n', 201)}}}","email":"a@b.c","externalIdentity":{"issuer":"i","subject":"s"}}""", "name-invalid" },
        { "two ats", """{"name":"A","email":"a@b@c.d","externalIdentity":{"issuer":"i","subject":"s"}}""", "email-invalid" },
        { "lines in the address", "{\"name\":\"A\",\"email\":\"a@b.c\\nBcc: x@y.z\",\"externalIdentity\":{\"issuer\":\"i\",\"subject\":\"s\"}}", "email-invalid" },
        { "born tomorrow", """{"name":"A","email":"a@b.c","birthDate":"2999-01-01","externalIdentity":{"issuer":"i","subject":"s"}}""", "birth-date-invalid" },
        { "born long ago", """{"name":"A","email":"a@b.c","birthDate":"1899-12-31","externalIdentity":{"issuer":"i","subject":"s"}}""", "birth-date-invalid" },
    };

    public async ValueTask InitializeAsync() => _coordinator = await CoordinatorSide.Start();

    public ValueTask DisposeAsync() => _coordinator.DisposeAsync();

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task It_is_refused_with_what_to_do(string what, string body, string reason)
    {
        var refused = await Post(body);
        Assert.Equal((what, HttpStatusCode.UnprocessableEntity, "registration-not-possible"), (what, refused.Status, refused.Type));
        Assert.Contains(reason, refused.Reasons);
        Assert.Empty(_coordinator.Sidecar.Published());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"name":"A"}""")]
    [InlineData("""{"name":null,"email":"a@b.c"}""")]
    [InlineData("""{"name":"A","email":"a@b.c","birthDate":"31.12.1999"}""")]
    [InlineData("""{"name":"A","email":"a@b.c","readerId":"mine"}""")]
    [InlineData("""{"name":"A","email":"a@b.c","externalIdentity":{"issuer":null,"subject":"s"}}""")]
    public async Task What_is_no_registration_at_all_is_a_bad_request(string body) => Assert.Equal(HttpStatusCode.BadRequest, (await Post(body)).Status);

    [Fact]
    public async Task A_body_without_end_is_refused() => Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Post($$"""{"name":"{{new string('n', 2_000_000)}}"}""")).Status);

    [Theory]
    [InlineData("?wait=soon")]
    [InlineData("?wait=1.5")]
    public async Task A_wait_that_is_no_number_is_a_bad_request(string query) => Assert.Equal(HttpStatusCode.BadRequest, (await _coordinator.Register(query: query)).Status);

    private async Task<Answered> Post(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _coordinator.Service.Http.PostAsync(new Uri("/registrations", UriKind.Relative), content, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answered(answer.StatusCode, null, null, text.Length == 0 ? default : System.Text.Json.JsonElement.Parse(text));
    }
}
