using System.Globalization;
using Library.Chaos.Tests;
using Servers;

namespace Registration.Tests;

/// <summary>Somebody dies just when a step has been ordered, or when its reply is on the way.</summary>
public sealed class KillTests : IDisposable
{
    private static readonly bool IsLongRun = Environment.GetEnvironmentVariable("LIBRARY_TEST_ALL") == "true";
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly Ordered[] Steps = [Commands.CreateReader, Commands.CreateUser, Commands.ConfirmReader, Commands.ActivateUser];
    private readonly Random _random;
    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("CHAOS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Random.Shared.Next(1_000_000);
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public KillTests()
    {
        _random = new Random(_seed);
        _limit.CancelAfter(TimeSpan.FromMinutes(IsLongRun ? 20 : 5));
    }

    public static TheoryData<string> Sets => IsLongRun ? [ComponentSet.Embedded, "postgres", "postgres-redis"] : [ComponentSet.Embedded];

    public void Dispose() => _limit.Dispose();

    [Theory]
    [MemberData(nameof(Sets))]
    public async Task A_registration_survives_the_death_of_anybody_at_any_step(string name)
    {
        Assert.SkipWhen(ComponentSet.Missing(name) is not null, ComponentSet.Missing(name) ?? "");
        await using var stage = await Stage.StartAsync(name, Commands.All, _limit.Token);
        var victims = new[] { "reader-command", "user", "coordinator", RunningLibrary.Sidecars }.Select(stage.Library.VictimOf).Concat(stage.Set.Victims).ToList();
        Console.WriteLine($"kills on {name}: CHAOS_SEED={_seed}");
        try
        {
            foreach (var victim in victims)
            {
                foreach (var step in IsLongRun ? Steps : [Steps[_random.Next(Steps.Length)]])
                {
                    await Play(stage, victim, new Trouble(step, _random.Next(2) == 0 ? Fault.TimesOut : Fault.LateReply));
                }
            }

            Assert.True(await stage.Roster.IsOneToOneAsync(_limit.Token) >= victims.Count);
        }
        catch (Exception problem)
        {
            Assert.Fail($"CHAOS_SEED={_seed}: {problem}\n{stage.Library.LastWords}");
        }
        finally
        {
            victims.ForEach(victim => victim.Dispose());
        }
    }

    private async Task Play(Stage stage, Victim victim, Trouble trouble)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = await stage.Visitors.Register(Applicants.Next(victim.Name), _limit.Token);
        stage.Roster.Expect(id);
        stage.Faults.Decide(id, release.Task, trouble);
        while (trouble.Met == 0)
        {
            await Task.Delay(Pause, TimeProvider.System, _limit.Token);
        }

        await victim.StrikeAsync(isKill: true, _limit.Token);
        release.SetResult();
        var ended = await stage.Visitors.Until(id, registration => registration.HasEnded, $"ended ({trouble}, {victim.Name} killed)", Afterwards, _limit.Token);
        Assert.True(ended.Is("completed"), $"{trouble}, {victim.Name} killed: {ended.Whole}");
    }
}
