using System.Net.Http.Headers;
using Defaults.Tests.Writing;
using Library.Contracts.Users;
using Sidecar.Testing;
using Tokens;

namespace Defaults.Tests.Auth;

/// <summary>Two replicas of one service with one store.</summary>
public sealed class SessionTests
{
    private static readonly TimeSpan HalfASecond = TimeSpan.FromMilliseconds(501);

    [Fact]
    public async Task A_session_that_has_ended_is_refused_by_both_replicas_within_a_second()
    {
        await using var notes = await Notes.Start();
        var (one, other) = (await notes.Run(), await notes.Run());
        var token = Token("u1", "j1");
        Assert.Equal((200, 200), (await Ask(one, token), await Ask(other, token)));

        await End(notes, new SessionsEnded("u1", "j1", null, null, notes.Sidecar.Clock.GetUtcNow().AddMinutes(30)));
        notes.Sidecar.Clock.Advance(HalfASecond);

        Assert.Equal((401, 401), (await Ask(one, token), await Ask(other, token)));
        Assert.Equal((200, 200), (await Ask(one, Token("u1", "j2")), await Ask(other, Token("u2", "j3"))));
    }

    [Fact]
    public async Task All_sessions_of_a_user_end_but_the_one_that_ends_them_and_those_that_begin_later()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        var now = notes.Sidecar.Clock.GetUtcNow();
        await End(notes, new SessionsEnded("u1", null, now, "mine", now.AddMinutes(30)));
        notes.Sidecar.Clock.Advance(HalfASecond);

        Assert.Equal(401, await Ask(service, Token("u1", "before", now.AddSeconds(-1))));
        Assert.Equal(200, await Ask(service, Token("u1", "mine", now.AddSeconds(-1))));
        Assert.Equal(200, await Ask(service, Token("u1", "later", now)));
        Assert.Equal(200, await Ask(service, Token("u2", "before", now.AddSeconds(-1))));
    }

    [Fact]
    public async Task A_process_that_starts_later_knows_it_too()
    {
        await using var notes = await Notes.Start();
        await notes.Run();
        await End(notes, new SessionsEnded("u1", "j1", null, null, notes.Sidecar.Clock.GetUtcNow().AddMinutes(30)));

        Assert.Equal(401, await Ask(await notes.Run(), Token("u1", "j1")));
    }

    [Fact]
    public async Task The_store_is_looked_at_once_in_half_a_second_and_not_while_nobody_asks()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        await Ask(service, Token("u1", "j1"));
        var before = Looks(notes);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Ask(service, Token("u1", "j1"))));
        Assert.Equal(before, Looks(notes));
        notes.Sidecar.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(before, Looks(notes));
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Ask(service, Token("u1", "j1"))));
        Assert.Equal(before + 1, Looks(notes));
    }

    [Fact]
    public async Task While_the_store_is_away_for_a_moment_tokens_count_and_then_nobody_is_let_in()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        await Ask(service, Token("u1", "j1"));
        var away = notes.Sidecar.Faults.On(Call.GetState).Key("sessions-ended").Before();

        notes.Sidecar.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(200, await Ask(service, Token("u1", "j1")));
        notes.Sidecar.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(503, await Ask(service, Token("u1", "j1")));

        away.Dispose();
        notes.Sidecar.Clock.Advance(HalfASecond);
        Assert.Equal(200, await Ask(service, Token("u1", "j1")));
    }

    [Fact]
    public async Task A_store_that_hangs_is_waited_for_once()
    {
        await using var notes = await Notes.Start();
        var service = await notes.Run();
        await Ask(service, Token("u1", "j1"));
        var hanging = notes.Sidecar.Faults.On(Call.GetState).Key("sessions-ended").Hold();

        notes.Sidecar.Clock.Advance(HalfASecond);
        var first = Ask(service, Token("u1", "j1"));
        await hanging.Arrived();
        await notes.Sidecar.Clock.AdvanceUntil(() => first.IsCompleted, TimeSpan.FromMilliseconds(100));
        notes.Sidecar.Clock.Advance(HalfASecond);
        var others = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Ask(service, Token("u1", "j1"))));
        hanging.Release();

        Assert.Equal(200, await first);
        Assert.All(others, status => Assert.Equal(200, status));
    }

    [Fact]
    public async Task What_ends_no_session_is_parked()
    {
        await using var notes = await Notes.Start();
        await notes.Run();
        notes.Sidecar.Log.ExpectAnything();

        Assert.Equal(422, (await notes.Sidecar.Deliver("pubsub", SessionsEnded.Topic, "null"u8.ToArray())).Status);
    }

    private static async Task End(Notes notes, SessionsEnded ended) => Assert.True((await notes.Sidecar.Deliver("pubsub", SessionsEnded.Topic, ended)).IsHandled);

    private static int Looks(Notes notes) => notes.Sidecar.Calls.Count(call => call.Name == Call.GetState && call.Keys.Contains("sessions-ended"));

    private static string Token(string userId, string session, DateTimeOffset? issued = null) => TestIssuer.Default.Token(userId, null, ["reader"], body =>
    {
        body["jti"] = session;
        body["iat"] = issued?.ToUnixTimeSeconds() ?? 946_684_800;
    });

    private static async Task<int> Ask(TestService service, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/me", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await service.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }
}
