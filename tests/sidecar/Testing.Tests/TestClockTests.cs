namespace Sidecar.Testing.Tests;

public sealed class TestClockTests
{
    private readonly TestClock clock = new();

    [Fact]
    public void It_stands_still_until_it_is_moved()
    {
        var before = clock.GetUtcNow();
        var stamp = clock.GetTimestamp();

        clock.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(before.AddMinutes(3), clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromMinutes(3), clock.GetElapsedTime(stamp));
        Assert.Throws<ArgumentOutOfRangeException>(() => clock.Advance(TimeSpan.FromTicks(-1)));
    }

    [Fact]
    public void Timers_ring_in_order_each_at_its_own_time()
    {
        var rung = new List<(string Name, DateTimeOffset At)>();
        var start = clock.GetUtcNow();
        using var late = Timer("late", 3, 0);
        using var often = Timer("often", 1, 2);
        using var never = Timer("never", 9, 0);

        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([("often", 1), ("late", 3), ("often", 3), ("often", 5)], rung.Select(ring => (ring.Name, (int)(ring.At - start).TotalSeconds)).OrderBy(ring => ring.Item2).ThenBy(ring => ring.Name));
        Assert.Equal(2, clock.Waiting);

        ITimer Timer(string name, int due, int period) =>
            clock.CreateTimer(_ => rung.Add((name, clock.GetUtcNow())), null, TimeSpan.FromSeconds(due), TimeSpan.FromSeconds(period));
    }

    [Fact]
    public void A_timer_that_another_one_sets_rings_in_the_same_move()
    {
        var rung = 0;
        ITimer? second = null;
        using var first = clock.CreateTimer(
            _ => second = clock.CreateTimer(_ => rung++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, rung);
        second!.Dispose();
    }

    [Fact]
    public void A_timer_that_was_stopped_or_disposed_stays_silent()
    {
        var rung = 0;
        using var stopped = clock.CreateTimer(_ => rung++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        var disposed = clock.CreateTimer(_ => rung++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        stopped.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        disposed.Dispose();

        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(0, rung);
        Assert.False(disposed.Change(TimeSpan.FromSeconds(1), TimeSpan.Zero));
    }

    [Fact]
    public async Task A_timer_without_delay_rings_by_itself()
    {
        var rung = new TaskCompletionSource();
        await using var timer = clock.CreateTimer(_ => rung.TrySetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        await rung.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Delays_timeouts_and_periodic_timers_of_the_platform_go_by_it()
    {
        var delay = Task.Delay(TimeSpan.FromHours(1), clock, TestContext.Current.CancellationToken);
        using var timeout = new CancellationTokenSource(TimeSpan.FromHours(2), clock);
        using var periodic = new PeriodicTimer(TimeSpan.FromMinutes(30), clock);
        var tick = periodic.WaitForNextTickAsync(TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromHours(1));
        await delay;
        Assert.True(await tick);
        Assert.False(timeout.IsCancellationRequested);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.True(timeout.IsCancellationRequested);
    }

    [Fact]
    public async Task It_moves_step_by_step_until_something_has_happened()
    {
        var rounds = 0;
        var start = clock.GetUtcNow();
        using var ending = new CancellationTokenSource();
        var work = WorkAsync();

        await clock.AdvanceUntil(() => Volatile.Read(ref rounds) >= 5, TimeSpan.FromSeconds(10));

        Assert.InRange((clock.GetUtcNow() - start).TotalMinutes, 5, 60);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        await Assert.ThrowsAsync<TimeoutException>(() => clock.AdvanceUntil(() => false, within: TimeSpan.FromMilliseconds(30)));

        async Task WorkAsync()
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromMinutes(1), clock, ending.Token);
                Interlocked.Increment(ref rounds);
            }
        }
    }
}
