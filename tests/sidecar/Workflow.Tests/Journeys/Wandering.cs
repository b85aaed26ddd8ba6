using System.Collections.Concurrent;
using Dapr.Workflow;

namespace Workflow.Tests.Journeys;

/// <summary>Where a run stands: what it does next follows from the seed alone.</summary>
internal sealed record Wander(int Seed, int Depth, int Runs, long Sum);

/// <summary>Workflows that do, by chance, all that workflows can do; the same seed leads to the same sum, whatever happens around it.</summary>
internal sealed class Wandering
{
    private readonly ConcurrentDictionary<string, int> failures = new();

    /// <summary>How often each effect has happened, by the instance and the step that wanted it.</summary>
    public ConcurrentDictionary<string, int> Effects { get; } = new();

    public void Register(WorkflowRuntimeOptions options)
    {
        options.RegisterWorkflow<Wander, long>("Wander", WanderAsync);
        options.RegisterActivity<string, long>("Effect", (_, step) =>
        {
            Effects.AddOrUpdate(step, 1, (_, before) => before + 1);
            return Task.FromResult((long)step.Length);
        });
        options.RegisterActivity<string, long>("Fails", (_, step) =>
            failures.AddOrUpdate(step, 1, (_, before) => before + 1) == 1 ? throw new InvalidOperationException("once") : Task.FromResult(3L));
    }

    private static async Task<long> WanderAsync(WorkflowContext context, Wander at)
    {
        var random = new Random(at.Seed);
        var sum = at.Sum;
        for (var step = 0; step < 5; step++)
        {
            sum += await StepAsync(context, at, random.Next(8), $"{at.Seed}/{at.Runs}/{step}", random.Next());
            context.SetCustomStatus(step);
        }

        if (at.Runs > 0 && random.Next(2) == 0)
        {
            context.ContinueAsNew(at with { Seed = random.Next(), Runs = at.Runs - 1, Sum = sum });
            return 0;
        }

        return sum;
    }

    private static async Task<long> StepAsync(WorkflowContext context, Wander at, int kind, string name, int chance)
    {
        switch (kind)
        {
            case 0 or 1:
                return await context.CallActivityAsync<long>("Effect", $"{context.InstanceId} {name}");
            case 2:
                await context.CreateTimer(TimeSpan.FromMilliseconds(chance % 30));
                return 1;
            case 3:
                return (await Task.WhenAll(Enumerable.Range(0, 5).Select(part => context.CallActivityAsync<long>("Effect", $"{context.InstanceId} {name}.{part}")))).Sum();
            case 4 when at.Depth > 0:
                return await context.CallChildWorkflowAsync<long>("Wander", new Wander(chance, at.Depth - 1, 1, 0), new ChildWorkflowTaskOptions($"{context.InstanceId}-{name.Replace('/', '-')}"));
            case 5:
                context.SendEvent(context.InstanceId, "self", chance % 100);
                return await context.WaitForExternalEventAsync<int>("SELF");
            case 6:
                return await context.CallActivityAsync<long>("Fails", $"{context.InstanceId} {name}", new WorkflowTaskOptions(new WorkflowRetryPolicy(5, TimeSpan.FromMilliseconds(5))));
            default:
                var never = context.WaitForExternalEventAsync<int>("never", TimeSpan.FromMilliseconds(20));
                try
                {
                    return await never;
                }
                catch (TaskCanceledException)
                {
                    return 2;
                }
        }
    }
}
