using System.Collections.Concurrent;
using System.Globalization;
using Library.Chaos.Tests;

namespace Registration.Tests;

/// <summary>Many register at once, some under a name or an address that another wants too, while everybody dies again and again.</summary>
public sealed class CrowdTests : IDisposable
{
    private const int EveryColliding = 10;
    private static readonly bool IsLongRun = Environment.GetEnvironmentVariable("LIBRARY_TEST_ALL") == "true";
    private static readonly int People = IsLongRun ? 1_000 : 100;
    private static readonly TimeSpan Killing = TimeSpan.FromSeconds(IsLongRun ? 60 : 15);
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(60);
    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("CHAOS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Random.Shared.Next(1_000_000);
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ConcurrentQueue<string> _killed = new();

    public CrowdTests() => _limit.CancelAfter(TimeSpan.FromMinutes(IsLongRun ? 15 : 5));

    public static TheoryData<string> Sets => IsLongRun ? [ComponentSet.Embedded, "postgres", "postgres-redis"] : [ComponentSet.Embedded, "postgres"];

    public void Dispose() => _limit.Dispose();

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task Everybody_who_was_acknowledged_is_registered_or_refused_though_everybody_dies(string name)
    {
        Assert.SkipWhen(ComponentSet.Missing(name) is not null, ComponentSet.Missing(name) ?? "");
        await using var stage = await Stage.StartAsync(name, [], _limit.Token);
        Console.WriteLine($"a crowd on {name}: {People} at once, CHAOS_SEED={_seed}");
        try
        {
            var killing = KillAsync(stage);
            var ids = await Task.WhenAll(Enumerable.Range(0, People).Select(number => RegisterAsync(stage, number)));
            await killing;

            var started = TimeProvider.System.GetTimestamp();
            var ended = await Task.WhenAll(ids.Select(id => stage.Visitors.Until(id, registration => registration.HasEnded, "ended", Afterwards, _limit.Token)));
            Assert.All(ended, registration => Assert.True(registration.Is("completed") || registration.Is("compensated"), $"{registration.Whole}"));
            for (var number = EveryColliding; number < People; number += EveryColliding)
            {
                Assert.True(ended[number].Is("completed") != ended[number - 1].Is("completed"), $"Of two who want the same, one has it: {ended[number].Whole} {ended[number - 1].Whole}");
            }

            var registered = await stage.Roster.IsOneToOneAsync(_limit.Token);
            Assert.Equal(ended.Count(registration => registration.Is("completed")), registered);
            Console.WriteLine($"a crowd on {name}: {registered} of {People} registered, the rest refused, all ended {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F1} s after the last kill; {string.Join(", ", _killed)}");
        }
        catch (Exception problem)
        {
            Assert.Fail($"CHAOS_SEED={_seed}; {string.Join(", ", _killed)}\n{problem}\n{stage.Library.LastWords}");
        }
    }

    /// <summary>Every tenth wants the address, or the user name, of the one before.</summary>
    private async Task<string> RegisterAsync(Stage stage, int number)
    {
        var wanted = number > 0 && number % EveryColliding == 0 ? number - 1 : number;
        var isByName = number / EveryColliding % 2 == 0 || (number + 1) / EveryColliding % 2 == 0;
        var (own, shared) = ($"p{_seed}-{number}", $"p{_seed}-{wanted}");
        var id = await stage.Visitors.Register(
            Applicants.Next($"{number}", email: $"{(isByName ? own : shared)}@crowd.example", username: isByName ? shared : own), _limit.Token);
        stage.Roster.Expect(id);
        return id;
    }

    private async Task KillAsync(Stage stage)
    {
        var random = new Random(_seed);
        var victims = stage.Library.Victims.Concat(stage.Set.Victims).ToList();
        for (var started = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(started) < Killing;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500, 2_500)), TimeProvider.System, _limit.Token);
            var victim = victims[random.Next(victims.Count)];
            _killed.Enqueue(victim.Name);
            await victim.StrikeAsync(isKill: true, _limit.Token);
        }

        victims.ForEach(victim => victim.Dispose());
    }
}
