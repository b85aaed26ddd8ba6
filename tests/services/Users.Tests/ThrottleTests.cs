using Library.Users.Sessions;
using Microsoft.Extensions.Options;
using Sidecar.Testing;

namespace Users.Tests;

public sealed class ThrottleTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void Waiting_doubles_with_each_wrong_password_and_ends()
    {
        var throttle = Of(new ThrottleOptions { Free = 3, LongestWait = TimeSpan.FromSeconds(8) });
        var waits = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            while (throttle.Enter("ada", "a") is { } wait)
            {
                waits.Add(wait.TotalSeconds);
                _clock.Advance(wait);
            }
        }

        Assert.Equal([1, 2, 4, 8, 8, 8], waits);
        Assert.Null(throttle.Enter("ada", "b"));
        Assert.Null(throttle.Enter("bob", "a"));
    }

    [Fact]
    public void Many_guesses_at_once_are_many()
    {
        var throttle = Of(new ThrottleOptions { Free = 3 });

        Assert.Equal(3, Enumerable.Range(0, 20).Count(_ => throttle.Enter("ada", "a") is null));
    }

    [Fact]
    public void The_right_password_takes_it_all_back()
    {
        var throttle = Of(new ThrottleOptions { Free = 3 });
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(throttle.Enter("ada", "a"));
            throttle.Forgive("ada", "a");
        }
    }

    [Fact]
    public void What_was_not_looked_at_does_not_count()
    {
        var throttle = Of(new ThrottleOptions { Free = 3, OfAddress = 3 });
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(throttle.Enter("ada", "a"));
            throttle.Withdraw("ada", "a");
        }
    }

    [Fact]
    public void An_address_that_guesses_many_users_is_slowed_down_but_not_who_logged_in_from_there_before()
    {
        var throttle = Of(new ThrottleOptions { Free = 3, OfAddress = 10, AddressPause = TimeSpan.FromSeconds(2) });
        throttle.Enter("ada", "a");
        throttle.Forgive("ada", "a");

        Assert.Equal(10, Enumerable.Range(0, 100).Count(i => throttle.Enter($"user-{i}", "a") is null));
        Assert.Equal(TimeSpan.FromSeconds(2), throttle.Enter("bob", "a"));
        Assert.Null(throttle.Enter("ada", "a"));
        Assert.Null(throttle.Enter("bob", "b"));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(throttle.Enter("bob", "a"));
    }

    [Fact]
    public void Guesses_at_somebody_known_here_are_slowed_down_too()
    {
        var throttle = Of(new ThrottleOptions { Free = 3 });
        throttle.Enter("ada", "a");
        throttle.Forgive("ada", "a");
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(throttle.Enter("ada", "a"));
            throttle.Blame("ada", "a");
        }

        Assert.Equal(TimeSpan.FromSeconds(1), throttle.Enter("ada", "a"));
    }

    [Fact]
    public void However_many_guess_no_more_are_remembered_than_there_may_be()
    {
        var recent = new Recent<string>(100);
        for (var i = 0; i < 10_000; i++)
        {
            recent.Put("busy", "busy");
            recent.Put($"key-{i}", "value");
        }

        Assert.True(recent.TryFind("busy", out _));
        Assert.InRange(Enumerable.Range(0, 10_000).Count(i => recent.TryFind($"key-{i}", out _)), 1, 100);
    }

    private Throttle Of(ThrottleOptions options) => new(Options.Create(options), _clock);
}
