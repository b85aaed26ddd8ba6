using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;

namespace Library.Sagas.Testing;

/// <summary>Everything that may go wrong with a saga: every fault at every step in every direction, and up to so many of them in one run.</summary>
internal static class Schedules
{
    public static IEnumerable<Schedule> Of(SagaPlan plan, int atOnce)
    {
        var places = (from step in plan.Steps
                      from direction in step.HasUndo ? new[] { Direction.Forward, Direction.Back } : [Direction.Forward]
                      select (step.Name, direction)).ToList();
        return Enumerable.Range(0, atOnce + 1).SelectMany(count => Choose(places, count, 0)).Select(faults => new Schedule(faults, null));
    }

    private static IEnumerable<IReadOnlyList<Fault>> Choose(List<(string Step, Direction Direction)> places, int count, int from)
    {
        if (count == 0)
        {
            yield return [];
            yield break;
        }

        for (var i = from; i < places.Count; i++)
        {
            foreach (var kind in Enum.GetValues<FaultKind>())
            {
                foreach (var rest in Choose(places, count - 1, i + 1))
                {
                    yield return [new Fault(places[i].Step, places[i].Direction, kind), .. rest];
                }
            }
        }
    }
}
