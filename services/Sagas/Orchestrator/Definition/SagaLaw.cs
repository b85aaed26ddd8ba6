using System.Text.Json;
using System.Text.RegularExpressions;
using Library.Defaults.Stores;

namespace Library.Sagas.Orchestrator.Definition;

/// <summary>What every saga must keep. All that a definition breaks is named at once, before anything starts.</summary>
internal static partial class SagaLaw
{
    private const int MostSteps = 50;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    public static IEnumerable<string> Violations<TData>(string name, Type data, IReadOnlyList<Step<TData>> steps, TimeSpan? deadline)
        where TData : class => Violations(name, data, [.. steps.Select(step => step.Planned())], deadline).Select(sentence => $"{name}: {sentence}");

    private static IEnumerable<string> Violations(string name, Type data, IReadOnlyList<PlannedStep> steps, TimeSpan? deadline) =>
        [.. OfTheWhole(name, data, steps, deadline), .. OfTheOrder(steps), .. steps.SelectMany(Of)];

    private static IEnumerable<string> OfTheWhole(string name, Type data, IReadOnlyList<PlannedStep> steps, TimeSpan? deadline)
    {
        if (!Names().IsMatch(name))
        {
            yield return "its name has 1 to 64 letters, digits and dashes and begins with a letter";
        }

        if (steps.Count is 0 or > MostSteps)
        {
            yield return $"it has {steps.Count} steps; 1 to {MostSteps} are possible";
        }

        foreach (var twice in steps.GroupBy(step => step.Name).Where(group => group.Count() > 1))
        {
            yield return $"{twice.Count()} of its steps are called {twice.Key}; give each a name of its own";
        }

        if (deadline < Shortest)
        {
            yield return $"its deadline is shorter than {Shortest.TotalMilliseconds} ms";
        }

        if (NotSerialisable(data) is { } problem)
        {
            yield return $"its data {data.Name} cannot be written as JSON and read again: {problem}";
        }
    }

    private static IEnumerable<string> OfTheOrder(IReadOnlyList<PlannedStep> steps)
    {
        var pivots = steps.Where(step => step.Kind == StepKind.Pivot).Select(step => step.Name).ToList();
        if (pivots.Count > 1)
        {
            yield return $"it has {pivots.Count} pivots ({string.Join(", ", pivots)}); only one step can decide";
        }

        var at = steps.TakeWhile(step => step.Kind != StepKind.Pivot).Count();
        for (var i = 0; i < steps.Count; i++)
        {
            if (i > at && steps[i].Kind == StepKind.Compensatable)
            {
                yield return $"{steps[i].Name} stands behind the pivot, where nothing is undone any more: add it with Retriable, or before the pivot";
            }

            if (i < at && steps[i].Kind == StepKind.Retriable)
            {
                yield return $"{steps[i].Name} is retriable and stands {(at == steps.Count ? "in a saga without a pivot" : "before the pivot")}: only what can be undone may stand there";
            }
        }
    }

    private static IEnumerable<string> Of(PlannedStep step)
    {
        if (!Names().IsMatch(step.Name))
        {
            yield return $"the name {step.Name} of a step has 1 to 64 letters, digits and dashes and begins with a letter";
        }

        if (string.IsNullOrWhiteSpace(step.Participant) || step.Participant.Contains('|', StringComparison.Ordinal))
        {
            yield return $"{step.Name} does not say which app does it";
        }

        if (step.Kind == StepKind.Compensatable && !step.HasUndo)
        {
            yield return $"{step.Name} has no undo, which every step before the pivot needs";
        }

        if (step.DoTopic is not null && step.DoTopic == step.UndoTopic)
        {
            yield return $"{step.Name} is undone by the command that does it";
        }

        if (step.Patience < Shortest || step.Deadline < Shortest)
        {
            yield return $"{step.Name} has a patience or a deadline shorter than {Shortest.TotalMilliseconds} ms";
        }

        if (step is { Kind: not StepKind.Compensatable, Deadline: not null })
        {
            yield return $"{step.Name} has a deadline, but from the pivot on there is no way back to take when it is over";
        }

        foreach (var retries in new[] { step.Retries, step.UndoRetries }.Distinct().Where(IsWrong))
        {
            yield return $"{step.Name} has retries that cannot be carried out: 1 to 1000 attempts, pauses that are not negative and do not become shorter ({retries.Attempts}, {retries.First}, {retries.Factor})";
        }
    }

    private static bool IsWrong(Retries retries) =>
        retries.Attempts is < 1 or > 1000 || retries.First < TimeSpan.Zero || !(retries.Factor >= 1) || retries.Longest < retries.First;

    private static string? NotSerialisable(Type data)
    {
        try
        {
            _ = JsonSerializer.Deserialize("{}"u8, data, StoredJson.Options);
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (Exception problem) when (problem is NotSupportedException or InvalidOperationException)
        {
            return problem.Message;
        }
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9-]{0,63}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Names();
}
