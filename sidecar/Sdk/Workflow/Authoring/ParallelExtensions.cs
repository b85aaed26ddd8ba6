using Microsoft.Extensions.Logging;

namespace Dapr.Workflow;

/// <summary>Many things at once, but not too many.</summary>
public static class ParallelExtensions
{
    /// <summary>One task for each input, so many at a time. Results are in the order of the inputs.</summary>
    /// <exception cref="AggregateException">Some failed; all have ended.</exception>
    public static async Task<TResult[]> ProcessInParallelAsync<TInput, TResult>(
        this WorkflowContext context, IEnumerable<TInput> inputs, Func<TInput, Task<TResult>> taskFactory, int maxConcurrency = 5)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(taskFactory);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrency, 1);
        var all = inputs.ToArray();
        var results = new TResult[all.Length];
        var failures = new List<Exception>();
        var running = new List<(Task<TResult> Task, int Number)>();
        var next = 0;
        Begin();
        while (running.Count > 0)
        {
            var ended = await Task.WhenAny(running.Select(one => one.Task));
            var at = running.FindIndex(one => one.Task == ended);
            var number = running[at].Number;
            running.RemoveAt(at);
            try
            {
                results[number] = await ended;
            }
            catch (Exception problem)
            {
                failures.Add(problem);
            }

            Begin();
        }

        context.CreateReplaySafeLogger(typeof(ParallelExtensions)).LogDebug("{Count} tasks have ended, {Failed} of them failed", all.Length, failures.Count);
        return failures.Count == 0 ? results : throw new AggregateException($"{failures.Count} out of {all.Length} tasks failed", failures);

        void Begin()
        {
            while (next < all.Length && running.Count < maxConcurrency)
            {
                try
                {
                    running.Add((taskFactory(all[next]), next));
                }
                catch (Exception problem)
                {
                    failures.Add(problem);
                }

                next++;
            }
        }
    }
}
