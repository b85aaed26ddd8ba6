namespace Defaults.Tests.Outbox;

/// <summary>Many commands of many clients on few aggregates, while calls fail and instances come and go at random.</summary>
public sealed class RandomInterleavingTests(ITestOutputHelper output)
{
    private const int Rounds = 6;
    private const int AllRounds = 300;

    [Fact]
    public async Task Whatever_happens_nothing_is_lost_and_nothing_done_twice()
    {
        var rounds = Environment.GetEnvironmentVariable("LIBRARY_TEST_ALL") == "true" ? AllRounds : Rounds;
        var first = int.TryParse(Environment.GetEnvironmentVariable("OUTBOX_SEED"), out var given) ? given : Random.Shared.Next();
        for (var seed = first; seed != first + rounds; seed++)
        {
            output.WriteLine($"OUTBOX_SEED={seed}");
            await Run(new Random(seed));
        }
    }

    private static async Task Run(Random random)
    {
        await using var trial = await Trial.Begin();
        await trial.Start();
        await trial.Start();
        await trial.Disturb(random, strokes: 4, [.. Enumerable.Range(1, 16).Select(number => $"{"abc"[random.Next(3)]} {number}{(number % 4 == 0 ? "!" : "")}")]);
        await trial.End();
    }
}
