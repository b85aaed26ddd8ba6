using Dapr.Workflow;

namespace Chaos.Tests;

/// <summary>Five steps in order; on some trips one of them is a child, comes after a timer, waits for a word, or fails at first.</summary>
internal sealed class Trip : Workflow<int, int>
{
    public const int Steps = 5;
    public const string Word = "go";
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(50);
    private static readonly WorkflowTaskOptions Patient = new(new WorkflowRetryPolicy(5, TimeSpan.FromMilliseconds(20)));

    public static bool Waits(int number) => number % 5 == 1;

    /// <summary>What a trip arrives with when nothing dies.</summary>
    public static int Outcome(int number) => Enumerable.Range(0, Steps).Aggregate(number, Travel.On) + (Waits(number) ? number : 0);

    public override async Task<int> RunAsync(WorkflowContext context, int input)
    {
        var value = input;
        for (var step = 0; step < Steps; step++)
        {
            if (step == 2 && input % 5 == 2)
            {
                await context.CreateTimer(Rest);
            }

            var leg = new Leg(input, step, value);
            value = step == 3 && input % 5 == 3
                ? await context.CallChildWorkflowAsync<int>(nameof(Detour), leg)
                : await context.CallActivityAsync<int>(nameof(Travel), leg, Patient);
        }

        return value + (Waits(input) ? await context.WaitForExternalEventAsync<int>(Word) : 0);
    }
}

internal sealed record Leg(int Trip, int Step, int Value);

internal sealed class Detour : Workflow<Leg, int>
{
    public override Task<int> RunAsync(WorkflowContext context, Leg input) => context.CallActivityAsync<int>(nameof(Travel), input);
}

internal sealed class Travel(Ledger ledger) : WorkflowActivity<Leg, int>
{
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(20);

    public static int On(int value, int step) => unchecked((value * 31) + step);

    public override async Task<int> RunAsync(WorkflowActivityContext context, Leg input)
    {
        await Task.Delay(Work, TimeProvider.System);
        var isFirst = !WorkerApp.Steps(Path.GetDirectoryName(ledger.Path)!).Contains(Number(input.Trip, input.Step));
        ledger.Add(Number(input.Trip, input.Step));
        return isFirst && input is { Step: 4 } && input.Trip % 5 == 4
            ? throw new InvalidOperationException("a flat tyre")
            : On(input.Value, input.Step);
    }

    public static int Number(int trip, int step) => (trip * Trip.Steps) + step;
}
