using System.Text.Json;
using Library.Contracts;
using Library.Defaults.Outbox;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;

namespace Library.Defaults.Handled;

/// <summary>Handles a command once: its effect, what is remembered of it and the reply are one transaction. A duplicate is answered from what is remembered.</summary>
internal sealed class HandledCommands(CommandStore store, Transactions transactions, Commit commit, Publisher publisher, TimeProvider time)
{
    private static readonly JsonSerializerOptions Strict = new(StoredJson.Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Throws <see cref="JsonException"/> for what is no such command: time does not mend it.</summary>
    public static TCommand Read<TCommand>(JsonElement data)
        where TCommand : class, ICommand
    {
        var command = data.Deserialize<TCommand>(Strict) ?? throw new JsonException("The message is null.");
        var problem = command is { SagaId.Length: > 0 and <= 200, Step.Length: > 0 and <= 200, ReplyTo.Length: > 0 and <= 200, Attempt: > 0 }
            ? null : "A command has a sagaId, a step, a replyTo of at most 200 characters, and an attempt from 1 on.";
        return problem is null ? command : throw new JsonException(problem);
    }

    public Task Handle<TCommand>(TCommand command, Func<Task<Decision<Answer>>> use, CancellationToken cancellation)
        where TCommand : class, ICommand => LostRaces.Retry(() => Once(command, use, cancellation), time, cancellation);

    private async Task<HandledRecord> Once<TCommand>(TCommand command, Func<Task<Decision<Answer>>> use, CancellationToken cancellation)
        where TCommand : class, ICommand
    {
        var identity = $"{TCommand.Topic}/{command.SagaId}/{command.Step}/{command.Attempt}";
        var key = HandledRecord.KeyOf(identity);
        var (bytes, _) = await store.Get(key, cancellation);
        if (StoredJson.Read<HandledRecord>(bytes.Span) is { } before)
        {
            await publisher.Repeat(Announcement.Of(before.ReplyTo, before.Identity, before.Reply), cancellation);
            return before;
        }

        HandledRecord? handled = null;
        void Remember(Change change, Reply reply)
        {
            handled = new HandledRecord(identity, command.ReplyTo, reply, time.GetUtcNow());
            change.Put(key, handled, "").Send(command.ReplyTo, identity, reply);
        }

        var reply = new Reply(TCommand.Topic, command.SagaId, command.Step, command.Attempt, Done: true);
        commit.Beside = (change, answer) => Remember(change, reply with { Id = answer.Id, Version = answer.Version });
        var decision = await use();
        if (!commit.IsDone)
        {
            var change = new Change();
            Remember(change, decision.IsRefused(out var refusal, out var done)
                ? reply with { Done = false, Reasons = refusal.AllReasons() }
                : reply with { Id = done.Id, Version = done.Version });
            await transactions.Run(change, cancellation);
        }

        return handled!;
    }
}
