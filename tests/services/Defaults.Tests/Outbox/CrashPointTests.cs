using Sidecar.Testing;

namespace Defaults.Tests.Outbox;

/// <summary>
/// Every call of a few commands to the sidecar, struck in every way: nothing acknowledged is lost, nothing is done twice, and every committed fact gets out.
/// </summary>
public abstract class CrashPointTests
{
    public static TheoryData<Strike> Strikes => [.. Enum.GetValues<Strike>()];

    /// <summary>What happens before the first call that is struck.</summary>
    internal virtual Task Prepare(Trial trial) => Task.CompletedTask;

    /// <summary>How many instances serve the commands.</summary>
    internal virtual int Instances => 1;

    [Theory]
    [MemberData(nameof(Strikes))]
    public async Task Nothing_is_lost_and_nothing_done_twice(Strike strike)
    {
        var (first, last) = await Run(0, null);
        for (var number = first; number <= last; number++)
        {
            try
            {
                await Run(number - first, strike);
            }
            catch (Exception problem)
            {
                throw new InvalidOperationException($"{strike} at call {number - first} of {last - first}: {problem.Message}", problem);
            }
        }
    }

    /// <summary>With a strike so many calls after the first one that belongs to the commands.</summary>
    private async Task<(int First, int Last)> Run(int offset, Strike? strike)
    {
        await using var trial = await Trial.Begin();
        await Prepare(trial);
        for (var i = 0; i < Instances; i++)
        {
            await trial.Start();
        }

        var first = trial.Sidecar.Calls.Count + 1;
        if (strike is { } how)
        {
            trial.Arrange(first + offset, how);
        }

        await trial.Send("a c1");
        await trial.Advance(trial.SendAll("a c2", "a c3", "b c4"));
        await trial.End();
        return (first, trial.Sidecar.Calls.Count);
    }
}

public sealed class OneInstanceTests : CrashPointTests;

public sealed class TwoInstancesTests : CrashPointTests
{
    internal override int Instances => 2;
}

public sealed class TakeOverTests : CrashPointTests
{
    internal override Task Prepare(Trial trial) => trial.LeaveOpen();
}
