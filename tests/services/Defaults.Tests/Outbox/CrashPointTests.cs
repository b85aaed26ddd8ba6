namespace Defaults.Tests.Outbox;

/// <summary>
/// Every call of a few commands to the sidecar, struck in every way: nothing acknowledged is lost, nothing is done twice, and every committed fact gets out.
/// </summary>
public abstract class CrashPointTests(ITestOutputHelper output)
{
    private static readonly bool IsAll = Environment.GetEnvironmentVariable("LIBRARY_TEST_ALL") == "true";

    public static TheoryData<Strike> Strikes => [.. Enum.GetValues<Strike>()];

    /// <summary>What happens before the first call that is struck.</summary>
    internal virtual Task Prepare(Trial trial) => Task.CompletedTask;

    /// <summary>How many instances serve the commands.</summary>
    internal virtual int Instances => 1;

    /// <summary>One call of so many is struck, another one each time; with ./test --all every one.</summary>
    internal virtual int OneOf => 12;

    [Theory]
    [MemberData(nameof(Strikes))]
    public async Task Nothing_is_lost_and_nothing_done_twice(Strike strike)
    {
        var calls = await Run(null, 0);
        var step = IsAll ? 1 : OneOf;
        for (var offset = step == 1 ? 0 : Random.Shared.Next(step); offset < calls; offset += step)
        {
            output.WriteLine($"{strike} at call {offset} of {calls}");
            await Run(strike, offset);
        }
    }

    /// <summary>With a strike so many calls after the first one that belongs to the commands. Answers how many there were until all was out.</summary>
    private async Task<int> Run(Strike? strike, int offset)
    {
        await using var trial = await Trial.Begin();
        await Prepare(trial);
        for (var i = 0; i < Instances; i++)
        {
            await trial.Start();
        }

        var before = trial.Sidecar.Calls.Count;
        if (strike is { } how)
        {
            trial.Arrange(before + 1 + offset, how);
        }

        await trial.Send("a 1");
        await trial.Advance(trial.SendAll("a 2", "a 3", "b 4", "c 5!"));
        await trial.End();
        return trial.Sidecar.Calls.Count - before;
    }
}

public sealed class OneInstanceTests(ITestOutputHelper output) : CrashPointTests(output)
{
    internal override int OneOf => 4;
}

public sealed class TwoInstancesTests(ITestOutputHelper output) : CrashPointTests(output)
{
    internal override int Instances => 2;
}

/// <summary>The instance that is struck takes over from one that died with facts unpublished and a transaction under way.</summary>
public sealed class TakeOverTests(ITestOutputHelper output) : CrashPointTests(output)
{
    internal override Task Prepare(Trial trial) => trial.LeaveOpen();
}

/// <summary>The instance that is struck takes a place that another one has let go of with facts unpublished.</summary>
public sealed class ReleasedPlaceTests(ITestOutputHelper output) : CrashPointTests(output)
{
    internal override Task Prepare(Trial trial) => trial.LeaveReleased();
}
