using Library.Contracts;
using Library.Defaults.Outbox;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Sagas.Participant;

/// <summary>Carries a command out once: its effect, the record of its step and the reply are one transaction. What is known already is only said again.</summary>
internal sealed class StepsOnce(CommandStore store, Transactions transactions, Commit commit, Publisher publisher, TimeProvider time)
{
    public Task<Reply> Handle(StepCommand command, Func<Task<Decision<Answer>>> use, CancellationToken cancellation)
    {
        // Most creations meet nothing in their way; what does is looked into from the second try on.
        commit.MayPresume = !command.IsUndo;
        return LostRaces.Retry(
            async () =>
            {
                try
                {
                    return await Once(command, use, cancellation);
                }
                finally
                {
                    commit.MayPresume = false;
                }
            },
            time,
            cancellation);
    }

    private async Task<Reply> Once(StepCommand command, Func<Task<Decision<Answer>>> use, CancellationToken cancellation)
    {
        var (bytes, etag) = await store.Get(command.RecordKey, cancellation);
        var record = StoredJson.Read<StepRecord>(bytes.Span) ?? StepRecord.Nothing;
        var verdict = command.IsUndo ? record.OnUndo(command.Attempt) : record.OnAction(command.Attempt);
        if (!verdict.IsNoted)
        {
            var known = command.Answered(verdict.Outcome!);
            await publisher.Repeat(Announcement.Of(command.ReplyTo, command.Identity, known), cancellation);
            return known;
        }

        Reply? said = null;
        void Note(Change change, StepOutcome outcome)
        {
            said = command.Answered(outcome);
            change.Put(command.RecordKey, command.IsUndo ? record.AfterUndo(outcome) : record.AfterAction(outcome), etag)
                .Send(command.ReplyTo, command.Identity, said);
        }

        var ended = verdict.Outcome;
        if (verdict.IsTried)
        {
            commit.Beside = (change, answer) => Note(change, StepOutcome.OfSuccess(command.Attempt, answer.Id, answer.Version));
            ended = Outcome(command, await use());
            if (commit is { MayPresume: true, HasPresumed: true } && !ended.Done)
            {
                commit.MayPresume = false;
                ended = Outcome(command, await use());
            }
        }

        if (!commit.IsDone)
        {
            var change = new Change();
            Note(change, ended!);
            await transactions.Run(change, cancellation);
        }

        return said!;
    }

    private static StepOutcome Outcome(StepCommand command, Decision<Answer> decision) => decision.IsRefused(out var refusal, out var done)
        ? StepOutcome.OfRefusal(command.Attempt, refusal.AllReasons())
        : StepOutcome.OfSuccess(command.Attempt, done.Id, done.Version);
}
