using System.Diagnostics;
using Library.Defaults.Refusals;
using Library.Users.Passwords;
using Microsoft.Extensions.Options;
using Sidecar.Testing;

namespace Users.Tests;

[Collection("alone")]
public sealed class HashingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Each_key_has_its_turn_however_many_another_sends()
    {
        var line = new FairLine<string>(10);
        foreach (var item in new[] { "a1", "a2", "a3", "b1", "a4", "c1" })
        {
            Assert.True(line.TryEnter(item[..1], item, out _));
        }

        Assert.Equal(["a1", "b1", "c1", "a2", "a3", "a4"], All(line));
    }

    [Fact]
    public void In_a_full_line_who_has_most_gives_way_to_who_has_fewer()
    {
        var line = new FairLine<string>(4);
        foreach (var item in new[] { "a1", "a2", "a3", "b1" })
        {
            line.TryEnter(item[..1], item, out _);
        }

        Assert.False(line.TryEnter("a", "a4", out _));
        Assert.True(line.TryEnter("c", "c1", out var displaced));
        Assert.Equal("a3", displaced);
        Assert.False(line.TryEnter("b", "b2", out _));
        Assert.Equal(["a1", "b1", "c1", "a2"], All(line));
    }

    [Fact]
    public async Task A_full_line_and_a_long_wait_are_refused_with_a_time_to_come_again()
    {
        var clock = new TestClock();
        using var hashing = new Hashing(Options.Create(new HashingOptions { Threads = 1, Waiting = 2, Patience = TimeSpan.FromSeconds(5) }), clock);
        using var goOn = new ManualResetEventSlim();
        var started = new TaskCompletionSource();
        var first = hashing.Run("a", () => { started.SetResult(); goOn.Wait(Cancellation); return 1; }, Cancellation);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);

        var (second, third) = (hashing.Run("a", () => 2, Cancellation), hashing.Run("a", () => 3, Cancellation));
        var refusal = (await Assert.ThrowsAsync<RefusedException>(() => hashing.Run("a", () => 4, Cancellation))).Refusal;
        Assert.Equal((429, "too-many-logins"), (refusal.Status, refusal.Code));
        Assert.True(refusal.RetryAfter > TimeSpan.Zero);

        clock.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<RefusedException>(() => second);
        await Assert.ThrowsAsync<RefusedException>(() => third);
        var fourth = hashing.Run("b", () => 5, Cancellation);
        goOn.Set();
        Assert.Equal((1, 5), (await first, await fourth));
    }

    [Fact]
    public async Task Logins_come_near_what_hashing_alone_allows_and_other_requests_stay_fast_under_a_storm_of_them()
    {
        await using var library = await UserSide.Start();
        await library.Active("u1", "ada");
        var token = await library.Token("ada");

        var before = await Bare(TimeSpan.FromSeconds(1.5));
        var quiet = await MedianOfOthers(library, token, Task.CompletedTask, 30);
        var end = Stopwatch.StartNew();
        var storm = Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => LogInUntil(library, () => end.Elapsed > TimeSpan.FromSeconds(4)), Cancellation)));
        var others = await MedianOfOthers(library, token, storm, 100_000);
        var logins = (await storm).Sum() / end.Elapsed.TotalSeconds;

        var bare = Math.Min(before, await Bare(TimeSpan.FromSeconds(1.5)));
        TestContext.Current.SendDiagnosticMessage($"hashing alone {bare:0.0}/s, logins {logins:0.0}/s; another request {quiet:0.0} ms, under the storm {others:0.0} ms");
        Assert.True(logins > 0.6 * bare, $"{logins:0.0} logins/s, {bare:0.0} hashes/s");
        Assert.True(others < 50, $"{others:0.0} ms, without the storm {quiet:0.0} ms");
    }

    private static List<string> All(FairLine<string> line)
    {
        var all = new List<string>();
        while (line.TryNext(out var item))
        {
            all.Add(item!);
        }

        return all;
    }

    private static async Task<double> Bare(TimeSpan time)
    {
        using var hashing = new Hashing(Options.Create(new HashingOptions()), TimeProvider.System);
        var hash = PasswordHash.Of(UserSide.Password, HashingOptions.Floor);
        var (watch, count) = (Stopwatch.StartNew(), 0);
        await Task.WhenAll(Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(async i =>
        {
            while (watch.Elapsed < time)
            {
                await hashing.Run($"{i}", () => hash.IsOf(UserSide.Password), Cancellation);
                Interlocked.Increment(ref count);
            }
        }));
        return count / watch.Elapsed.TotalSeconds;
    }

    private static async Task<int> LogInUntil(UserSide library, Func<bool> isOver)
    {
        var count = 0;
        while (!isOver())
        {
            Assert.Equal(200, (await library.Login("ada")).Status);
            count++;
        }

        return count;
    }

    private static async Task<double> MedianOfOthers(UserSide library, string token, Task storm, int most)
    {
        var times = new List<double>();
        while (times.Count < 5 || (times.Count < most && (most < 100 || !storm.IsCompleted)))
        {
            var watch = Stopwatch.StartNew();
            Assert.Equal(200, (await library.Ask(HttpMethod.Get, "/users/u1", token: token)).Status);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return times.Order().ElementAt(times.Count / 2);
    }
}

[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;
