using System.Collections.Concurrent;
using Library.Contracts;

namespace Registration.Tests;

/// <summary>What goes wrong with one message of one saga.</summary>
public enum Fault
{
    /// <summary>The participant says no.</summary>
    Refused,

    FailsBefore,

    FailsAfterTheEffect,

    /// <summary>The command reaches the participant only when the saga has stopped waiting for it.</summary>
    TimesOut,

    DuplicateReply,

    /// <summary>The reply reaches the coordinator only when the saga has stopped waiting for it.</summary>
    LateReply,
}

/// <summary>A command that the saga sends, and who carries it out.</summary>
internal sealed record Ordered(string Topic, string App)
{
    public override string ToString() => Topic;
}

/// <summary>
/// Traps before the participants and before the coordinator, and what they do with the messages of each saga. Messages of a saga that nobody has decided
/// on wait until somebody has.
/// </summary>
internal sealed class Faults(IReadOnlyDictionary<string, Trap> traps, Func<string, object, CancellationToken, Task> publish)
{
    public const string Replies = "coordinator.replies";
    private const int Mended = 503;
    private const int Done = 200;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Plan>> _plans = new(StringComparer.Ordinal);

    public void Watch(IEnumerable<Ordered> commands)
    {
        foreach (var command in commands)
        {
            traps[command.App].Watch(command.Topic, message => Command(command, message));
        }

        traps["coordinator"].Watch(Replies, Reply);
    }

    /// <summary>What becomes of the messages of this saga. A late one passes once <paramref name="release"/> has ended.</summary>
    public void Decide(string sagaId, Task release, params IReadOnlyList<Trouble> troubles) => PlanOf(sagaId).TrySetResult(new Plan(troubles, release));

    private TaskCompletionSource<Plan> PlanOf(string sagaId) => _plans.GetOrAdd(sagaId, _ => new TaskCompletionSource<Plan>(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task<int> Command(Ordered command, Passing message)
    {
        var plan = await PlanOf(message.SagaId).Task;
        if (plan.At(command.Topic) is not { } trouble)
        {
            return await message.Forward();
        }

        var isFirst = trouble.IsOfReply || trouble.Meet() == 1;
        switch (trouble.Fault)
        {
            case Fault.Refused when isFirst:
                await Refuse(command, message);
                return Done;
            case Fault.FailsBefore when isFirst:
                return Mended;
            case Fault.FailsAfterTheEffect when isFirst:
                return await message.Forward() == Done ? Mended : throw new InvalidOperationException($"{command} was not done.");
            case Fault.TimesOut:
                await plan.Release;
                return await message.Forward();
            default:
                return await message.Forward();
        }
    }

    private async Task<int> Reply(Passing message)
    {
        var plan = await PlanOf(message.SagaId).Task;
        var trouble = plan.At(message.Data.GetProperty("command").GetString()!);
        switch (trouble?.Fault)
        {
            case Fault.DuplicateReply:
                trouble.Meet();
                await message.Forward();
                return await message.Forward();
            case Fault.LateReply:
                trouble.Meet();
                await plan.Release;
                return await message.Forward();
            default:
                return await message.Forward();
        }
    }

    private Task Refuse(Ordered command, Passing message)
    {
        var order = message.Data;
        var reply = new Reply(
            command.Topic, message.SagaId, order.GetProperty("step").GetString()!, order.GetProperty("attempt").GetInt32(), Done: false,
            Reasons: [new Reason("planted", "It was planted that this is refused.")]);
        return publish(order.GetProperty("replyTo").GetString()!, reply, CancellationToken.None);
    }

    private sealed record Plan(IReadOnlyList<Trouble> Troubles, Task Release)
    {
        public Trouble? At(string topic) => Troubles.FirstOrDefault(trouble => trouble.At.Topic == topic);
    }
}

/// <summary>What goes wrong with one of a saga's commands.</summary>
internal sealed class Trouble(Ordered at, Fault fault)
{
    private int _met;

    public Ordered At => at;

    public Fault Fault => fault;

    public bool IsOfReply => fault is Fault.DuplicateReply or Fault.LateReply;

    public int Met => Volatile.Read(ref _met);

    public int Meet() => Interlocked.Increment(ref _met);

    public override string ToString() => $"{at.Topic} {fault}";
}
