using System.Net;
using Microsoft.AspNetCore.Http;

namespace Coordinator.Tests;

/// <summary>The password's way to users, and what happens when they do not take it.</summary>
public sealed class HandOverTests
{
    [Fact]
    public async Task Users_that_are_busy_are_passed_on_with_their_time()
    {
        await using var coordinator = await CoordinatorSide.Start();
        coordinator.Credentials = _ => new Busy();
        var refused = await coordinator.Register();
        Assert.Equal((HttpStatusCode.TooManyRequests, "busy", TimeSpan.FromSeconds(7)), (refused.Status, refused.Type, refused.RetryAfter));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_before_anything_begins()
    {
        await using var coordinator = await CoordinatorSide.Start();
        coordinator.Credentials = _ => Results.Json(new { type = "username-taken", detail = "Taken.", reasons = new[] { new { code = "username-taken", sentence = "Taken." } } }, statusCode: 409);
        var refused = await coordinator.Register();
        Assert.Equal((HttpStatusCode.Conflict, "username-taken"), (refused.Status, refused.Type));
        Assert.Equal(["username-taken"], refused.Reasons);
    }

    [Fact]
    public async Task Users_that_do_not_answer_are_spared_after_a_while_and_then_asked_again()
    {
        await using var coordinator = await CoordinatorSide.Start(how => how.Setting("Coordinator:HandOverBreak", "00:00:01"));
        coordinator.Credentials = _ => Results.StatusCode(503);
        for (var i = 0; i < 12; i++)
        {
            var refused = await coordinator.Register();
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "registration-unavailable"), (refused.Status, refused.Type));
            Assert.True(refused.RetryAfter > TimeSpan.Zero);
        }

        Assert.InRange(coordinator.HandedOver.Count, 6, 11);
        coordinator.Credentials = asked => Results.Json(new { credentialId = "credential-1", username = "ada" }, statusCode: 201);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        Answered answer;
        while ((answer = await coordinator.Register()).Status != HttpStatusCode.Accepted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
        }

        await coordinator.Ended(answer.Location!);
    }

    [Fact]
    public async Task Users_that_take_too_long_are_not_waited_for()
    {
        await using var coordinator = await CoordinatorSide.Start(how => how.Setting("Coordinator:HandOverTime", "00:00:00.3"));
        using var never = new ManualResetEventSlim();
        coordinator.Credentials = _ =>
        {
            never.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
            return Results.StatusCode(500);
        };
        var refused = await coordinator.Register();
        never.Set();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "registration-unavailable"), (refused.Status, refused.Type));
    }

    [Fact]
    public async Task What_users_answer_must_be_understood()
    {
        await using var coordinator = await CoordinatorSide.Start();
        coordinator.Credentials = _ => Results.Text("<html>", statusCode: 201);
        Assert.Equal("registration-unavailable", (await coordinator.Register()).Type);
    }

    private sealed class Busy : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = "7";
            return TypedResults.Problem("Try again soon.", statusCode: 429, type: "busy").ExecuteAsync(httpContext);
        }
    }
}
