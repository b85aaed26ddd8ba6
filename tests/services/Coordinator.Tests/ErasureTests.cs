using System.Net;
using Library.Contracts;
using Library.Contracts.Readers;
using Library.Contracts.Users;
using Library.Defaults.Stores;
using Tokens;

namespace Coordinator.Tests;

/// <summary>Erasures over HTTP: who may ask, what is done in which order, and that asking again changes nothing.</summary>
public sealed class ErasureTests
{
    [Fact]
    public async Task A_reader_has_everything_erased_account_first()
    {
        await using var coordinator = await CoordinatorSide.Start();
        var reader = await Registered(coordinator);

        var accepted = await coordinator.Send(HttpMethod.Delete, $"/readers/{reader}", token: TestIssuer.Reader(reader));
        Assert.Equal((HttpStatusCode.Accepted, $"/erasures/{accepted.Id}"), (accepted.Status, accepted.Location));
        var done = await coordinator.Ended(accepted.Location!);

        Assert.Equal("completed", done.GetProperty("state").GetString());
        Assert.Equal([DisableUser.Topic, EraseReader.Topic, EraseUser.Topic], coordinator.Participants.Ordered(accepted.Id));
        Assert.Equal(["disable-user", "erase-reader", "erase-user", "forget-registration"], done.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task The_history_of_the_registration_goes_and_its_record_names_nobody()
    {
        await using var coordinator = await CoordinatorSide.Start();
        var registered = await coordinator.Register(query: "?wait=10");
        Assert.NotNull(await coordinator.Sidecar.Workflows.State(registered.Id));

        var accepted = await coordinator.Send(HttpMethod.Delete, $"/readers/{registered.Body.GetProperty("readerId").GetString()}", token: TestIssuer.Staff);
        await coordinator.Ended(accepted.Location!);

        Assert.Null(await coordinator.Sidecar.Workflows.State(registered.Id));
        var record = await coordinator.Send(HttpMethod.Get, registered.Location!);
        Assert.DoesNotContain("ada", $"{record.Body}", StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Asking_again_is_answered_with_the_erasure_that_runs_or_has_been_done()
    {
        await using var coordinator = await CoordinatorSide.Start();
        var reader = await Registered(coordinator);
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => coordinator.Send(HttpMethod.Delete, $"/readers/{reader}", token: TestIssuer.Staff)));
        await coordinator.Ended(answers[0].Location!);
        var late = await coordinator.Send(HttpMethod.Delete, $"/readers/{reader}", token: TestIssuer.Staff);

        Assert.All(answers.Append(late), answer => Assert.Equal((HttpStatusCode.Accepted, answers[0].Location), (answer.Status, answer.Location)));
        Assert.Single(coordinator.Sidecar.Published(EraseReader.Topic));
    }

    [Fact]
    public async Task A_reader_that_cannot_be_erased_keeps_the_account_and_may_ask_again()
    {
        await using var coordinator = await CoordinatorSide.Start();
        var reader = await Registered(coordinator);
        coordinator.Participants.Refuse(EraseReader.Topic, new Reason("reader-busy", "Not now."));
        var refused = await coordinator.Send(HttpMethod.Delete, $"/readers/{reader}", token: TestIssuer.Staff);
        Assert.Equal("compensated", (await coordinator.Ended(refused.Location!)).GetProperty("state").GetString());
        Assert.Equal([DisableUser.Topic, EraseReader.Topic, EnableUser.Topic], coordinator.Participants.Ordered(refused.Id));

        var again = await coordinator.Send(HttpMethod.Delete, $"/readers/{reader}", token: TestIssuer.Staff);
        Assert.NotEqual(refused.Id, again.Id);
        await coordinator.Ended(again.Location!);
    }

    [Fact]
    public async Task Only_the_reader_and_staff_may_ask()
    {
        await using var coordinator = await CoordinatorSide.Start();
        var reader = await Registered(coordinator);
        Assert.Equal(HttpStatusCode.Unauthorized, (await coordinator.Send(HttpMethod.Delete, $"/readers/{reader}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await coordinator.Send(HttpMethod.Delete, $"/readers/{reader}", token: TestIssuer.Reader("another"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await coordinator.Send(HttpMethod.Delete, "/readers/nobody", token: TestIssuer.Staff)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await coordinator.Send(HttpMethod.Delete, "/readers/x%7C%7Cy", token: TestIssuer.Staff)).Status);
        Assert.Empty(coordinator.Sidecar.Published(DisableUser.Topic));
    }

    [Fact]
    public async Task Who_is_still_registering_is_not_erased()
    {
        await using var coordinator = await CoordinatorSide.Start();
        coordinator.Participants.Silent(ConfirmReader.Topic);
        await coordinator.Register();
        var reader = (await coordinator.Sidecar.Published(CreateReader.Topic).First()).Read<CreateReader>(StoredJson.Options).ReaderId;
        var refused = await coordinator.Send(HttpMethod.Delete, $"/readers/{reader}", token: TestIssuer.Staff);
        Assert.Equal((HttpStatusCode.Conflict, "reader-pending"), (refused.Status, refused.Type));
    }

    [Fact]
    public async Task Who_was_refused_as_a_reader_is_unknown()
    {
        await using var coordinator = await CoordinatorSide.Start();
        coordinator.Participants.Refuse(CreateReader.Topic, new Reason("email-taken", "Taken."));
        await coordinator.Register(query: "?wait=10");
        var reader = (await coordinator.Sidecar.Published(CreateReader.Topic).First()).Read<CreateReader>(StoredJson.Options).ReaderId;
        Assert.Equal(HttpStatusCode.NotFound, (await coordinator.Send(HttpMethod.Delete, $"/readers/{reader}", token: TestIssuer.Staff)).Status);
    }

    private static async Task<string> Registered(CoordinatorSide coordinator) => (await coordinator.Register(query: "?wait=10")).Body.GetProperty("readerId").GetString()!;
}
