using System.Net;
using System.Text.Json;
using Library.Contracts;
using Library.Contracts.Readers;
using Library.Contracts.Users;
using Library.Defaults.Stores;
using Microsoft.AspNetCore.Http;

namespace Coordinator.Tests;

/// <summary>Registrations over HTTP, with participants that do what they are told or refuse.</summary>
public sealed class RegistrationTests
{
    private static readonly Reason NameTaken = new("username-taken", "This user name belongs to somebody else.");

    [Fact]
    public async Task A_registration_is_accepted_at_once_and_done_step_by_step()
    {
        await using var coordinator = await CoordinatorSide.Start();
        var accepted = await coordinator.Register();
        Assert.Equal((HttpStatusCode.Accepted, $"/registrations/{accepted.Id}"), (accepted.Status, accepted.Location));
        Assert.Equal(32, accepted.Id.Length);

        var done = await coordinator.Ended(accepted.Location!);

        Assert.Equal(("completed", "registered"), (done.GetProperty("state").GetString(), done.GetProperty("outcome").GetString()));
        Assert.Equal([CreateReader.Topic, CreateUser.Topic, ConfirmReader.Topic, ActivateUser.Topic], coordinator.Participants.Ordered(accepted.Id));
        Assert.Equal(["create-reader", "create-user", "confirm-reader", "activate-user"], done.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()));
        Assert.All(done.GetProperty("steps").EnumerateArray(), step => Assert.Equal(("done", true), (step.GetProperty("state").GetString(), step.GetProperty("endedAt").GetDateTimeOffset() >= step.GetProperty("startedAt").GetDateTimeOffset())));
    }

    [Fact]
    public async Task The_commands_carry_what_was_given_and_only_the_id_of_the_password()
    {
        await using var coordinator = await CoordinatorSide.Start();
        var accepted = await coordinator.Register();
        await coordinator.Ended(accepted.Location!);

        var reader = Read<CreateReader>(coordinator, CreateReader.Topic);
        Assert.Equal(("Ada Lovelace", "ada@example.org", "+49 30 1234567", new DateOnly(1985, 12, 10)), (reader.Name, reader.Email, reader.Phone, reader.BirthDate));
        var user = Read<CreateUser>(coordinator, CreateUser.Topic);
        Assert.Equal((reader.ReaderId, "ada", "credential-1", (ExternalIdentity?)null), (user.ReaderId, user.Username, user.CredentialId, user.ExternalIdentity));
        Assert.NotEqual(user.UserId, user.ReaderId);
        Assert.Equal(CoordinatorSide.Password, Assert.Single(coordinator.HandedOver).GetProperty("password").GetString());
        Assert.DoesNotContain(coordinator.Sidecar.Published(), message => message.Text.Contains(CoordinatorSide.Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_waits_is_told_of_the_reader_and_the_user()
    {
        await using var coordinator = await CoordinatorSide.Start();
        var created = await coordinator.Register(query: "?wait=10");
        Assert.Equal((HttpStatusCode.Created, $"/registrations/{created.Id}"), (created.Status, created.Location));
        var reader = Read<CreateReader>(coordinator, CreateReader.Topic);
        Assert.Equal((created.Id, reader.ReaderId, Read<CreateUser>(coordinator, CreateUser.Topic).UserId), (Text(created.Body, "id"), Text(created.Body, "readerId"), Text(created.Body, "userId")));
    }

    [Fact]
    public async Task Who_waits_too_short_is_told_where_to_look()
    {
        await using var coordinator = await CoordinatorSide.Start();
        coordinator.Participants.Silent(ConfirmReader.Topic);
        var accepted = await coordinator.Register(query: "?wait=1");
        Assert.Equal((HttpStatusCode.Accepted, $"/registrations/{accepted.Id}"), (accepted.Status, accepted.Location));
    }

    [Fact]
    public async Task What_a_participant_refuses_is_told_and_everything_is_undone()
    {
        await using var coordinator = await CoordinatorSide.Start();
        coordinator.Participants.Refuse(CreateUser.Topic, NameTaken);
        var refused = await coordinator.Register(query: "?wait=10");
        Assert.Equal((HttpStatusCode.Conflict, "username-taken"), (refused.Status, refused.Type));
        Assert.Equal(["username-taken"], refused.Reasons);
        Assert.Equal([CreateReader.Topic, CreateUser.Topic, CancelReader.Topic], coordinator.Sidecar.Published().Select(message => message.Topic).Where(topic => topic.StartsWith("readers.", StringComparison.Ordinal) || topic.StartsWith("users.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_for_all_reasons_together()
    {
        await using var coordinator = await CoordinatorSide.Start();
        coordinator.Participants.Refuse(CreateReader.Topic, new Reason("email-taken", "Taken."), new Reason("name-invalid", "No."));
        var refused = await coordinator.Register(query: "?wait=10");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "registration-not-possible"), (refused.Status, refused.Type));
        Assert.Equal(["email-taken", "name-invalid"], refused.Reasons);
    }

    [Fact]
    public async Task Wrong_data_and_a_weak_password_are_told_together_and_nothing_is_begun()
    {
        await using var coordinator = await CoordinatorSide.Start();
        coordinator.Credentials = _ => Results.Json(new { type = "user-not-possible", detail = "Choose a longer one.", reasons = new[] { new { code = "password-short", sentence = "Choose a longer one." } } }, statusCode: 422);
        var refused = await coordinator.Register(new { name = " ", email = "nobody", phone = "12", birthDate = "2999-01-01", username = "ada", password = "x" }, "?wait=10");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "registration-not-possible"), (refused.Status, refused.Type));
        Assert.Equal(["name-invalid", "email-invalid", "phone-invalid", "birth-date-invalid", "password-short"], refused.Reasons);
        Assert.DoesNotContain(coordinator.Sidecar.Published(), message => message.Topic.StartsWith("readers.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_somebody_of_another_house_needs_no_password()
    {
        await using var coordinator = await CoordinatorSide.Start();
        Assert.Equal(HttpStatusCode.Created, (await coordinator.Register(CoordinatorSide.Stranger(), "?wait=10")).Status);
        Assert.Empty(coordinator.HandedOver);
        var user = Read<CreateUser>(coordinator, CreateUser.Topic);
        Assert.Equal((null, null, new ExternalIdentity("https://id.example.org", "4711")), (user.Username, user.CredentialId, user.ExternalIdentity));
    }

    [Fact]
    public async Task A_token_of_another_house_is_proved_by_users()
    {
        await using var coordinator = await CoordinatorSide.Start();
        coordinator.Credentials = _ => Results.Json(new { credentialId = "credential-2", externalIdentity = new { issuer = "https://id.example.org", subject = "4711" } }, statusCode: 201);
        Assert.Equal(HttpStatusCode.Created, (await coordinator.Register(new { name = "Ada", email = "ada@example.org", idToken = "a.b.c" }, "?wait=10")).Status);
        Assert.Equal("a.b.c", Assert.Single(coordinator.HandedOver).GetProperty("idToken").GetString());
        var user = Read<CreateUser>(coordinator, CreateUser.Topic);
        Assert.Equal(("credential-2", null), (user.CredentialId, user.ExternalIdentity));
    }

    [Fact]
    public async Task An_id_that_nobody_was_given_is_unknown()
    {
        await using var coordinator = await CoordinatorSide.Start();
        Assert.Equal((HttpStatusCode.NotFound, "registration-unknown"), await Of(coordinator.Send(HttpMethod.Get, "/registrations/0123456789abcdef0123456789abcdef")));
        Assert.Equal((HttpStatusCode.NotFound, "registration-unknown"), await Of(coordinator.Send(HttpMethod.Get, "/registrations/x%7C%7Cy")));
        var accepted = await coordinator.Register();
        Assert.Equal((HttpStatusCode.NotFound, "erasure-unknown"), await Of(coordinator.Send(HttpMethod.Get, $"/erasures/{accepted.Id}")));
        await coordinator.Ended(accepted.Location!);
    }

    private static async Task<(HttpStatusCode Status, string Type)> Of(Task<Answered> answer) => ((await answer).Status, (await answer).Type);

    private static T Read<T>(CoordinatorSide coordinator, string topic) => Assert.Single(coordinator.Sidecar.Published(topic)).Read<T>(StoredJson.Options);

    private static string? Text(JsonElement body, string member) => body.GetProperty(member).GetString();
}
