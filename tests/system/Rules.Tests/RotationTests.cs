using System.Collections.Concurrent;
using System.Diagnostics;
using Tokens;

namespace Rules.Tests;

/// <summary>Keys turn while two replicas are asked without a pause: nobody with a good token is refused, and somebody without one is.</summary>
public sealed class RotationTests(House house) : IClassFixture<House>
{
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(House.IsLongRun ? 60 : 10);
    private static readonly TimeSpan BetweenLogins = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Keys_turn_under_load_and_no_good_token_is_refused()
    {
        var tokens = new ConcurrentQueue<string>([await house.LogIn()]);
        var answers = new ConcurrentDictionary<int, int>();
        var strangers = new ConcurrentDictionary<int, int>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(Load);

        var asking = house.Replicas.SelectMany(replica => Enumerable.Range(0, 4).Select(_ => Repeat(async () =>
        {
            var known = tokens.ToArray();
            var token = Random.Shared.Next(2) == 0 ? known[^1] : known[Random.Shared.Next(known.Length)];
            answers.AddOrUpdate(await house.Asked(replica, token), 1, (_, count) => count + 1);
        }, end.Token)));
        var forging = house.Replicas.Select(replica => Repeat(async () =>
            strangers.AddOrUpdate(await house.Asked(replica, new TestIssuer().Token("u", null, ["admin"])), 1, (_, count) => count + 1), end.Token));
        var loggingIn = Repeat(async () =>
        {
            tokens.Enqueue(await house.LogIn());
            await Task.Delay(BetweenLogins, TestContext.Current.CancellationToken);
        }, end.Token);
        await Task.WhenAll([.. asking, .. forging, loggingIn]);
        await house.TurnKeys(tokens.Last());
        answers.AddOrUpdate(await house.Asked(house.Replicas[0], await house.LogIn()), 1, (_, count) => count + 1);

        var keys = tokens.Select(token => token.Split('.')[0]).Distinct().Count();
        Console.WriteLine($"rotation: {keys} keys, {tokens.Count} tokens, answers {string.Join(", ", answers)}, to forgers {string.Join(", ", strangers)}");
        Assert.Equal([200], answers.Keys);
        Assert.Equal([401], strangers.Keys);
        Assert.True(keys >= Math.Max(2, Load / House.Turn / 2), $"{keys} keys in {Load.TotalSeconds} s");
    }

    [Fact]
    public async Task A_session_that_was_ended_is_refused_by_both_replicas_within_a_second()
    {
        var took = new List<TimeSpan>();
        for (var round = 0; round < 5; round++)
        {
            var (token, other) = (await house.LogIn(), await house.LogIn());
            foreach (var replica in house.Replicas)
            {
                Assert.Equal(200, await house.Asked(replica, token));
            }

            await house.LogOut(token);
            var ended = Stopwatch.GetTimestamp();
            foreach (var replica in house.Replicas)
            {
                while (await house.Asked(replica, token) != 401)
                {
                    Assert.True(Stopwatch.GetElapsedTime(ended) < TimeSpan.FromSeconds(20), $"It is still let in.\n{house.Said}");
                }
            }

            took.Add(Stopwatch.GetElapsedTime(ended));
            var stillIn = await Task.WhenAll(house.Replicas.Select(replica => house.Asked(replica, other)));
            Assert.Equal([200, 200], stillIn);
        }

        Console.WriteLine($"refused by both after {string.Join(", ", took.Select(time => $"{time.TotalMilliseconds:F0} ms"))}");

        // Others may have the machine for a moment, once.
        Assert.True(took.Order().ElementAt(3) < TimeSpan.FromSeconds(1), string.Join(", ", took));
    }

    private static Task Repeat(Func<Task> work, CancellationToken end) => Task.Run(async () =>
    {
        while (!end.IsCancellationRequested)
        {
            await work();
        }
    });
}
