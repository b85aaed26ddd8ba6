using System.Net;
using Library.Contracts.Readers;

namespace Coordinator.Tests;

/// <summary>One registration, however often it is asked for.</summary>
public sealed class RepetitionTests
{
    [Fact]
    public async Task Two_requests_under_one_key_at_once_are_one_registration()
    {
        await using var coordinator = await CoordinatorSide.Start();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => coordinator.Register(query: "?wait=10", key: "once")));
        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Created, answers[0].Id), (answer.Status, answer.Id)));
        Assert.Single(coordinator.Sidecar.Published(CreateReader.Topic));
    }

    [Fact]
    public async Task A_repetition_after_the_end_has_the_recorded_outcome()
    {
        await using var coordinator = await CoordinatorSide.Start();
        var first = await coordinator.Register(query: "?wait=10", key: "once");
        var again = await coordinator.Register(query: "?wait=10", key: "once");
        Assert.Equal((HttpStatusCode.Created, first.Id, $"{first.Body}"), (again.Status, again.Id, $"{again.Body}"));
        Assert.Equal(HttpStatusCode.Accepted, (await coordinator.Register(key: "once")).Status);
        Assert.Single(coordinator.Sidecar.Published(CreateReader.Topic));
        Assert.Single(coordinator.HandedOver);
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_refused()
    {
        await using var coordinator = await CoordinatorSide.Start();
        await coordinator.Register(query: "?wait=10", key: "once");
        var other = await coordinator.Register(CoordinatorSide.Ada(email: "other@example.org"), key: "once");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency-key-reused"), (other.Status, other.Type));
    }
}
