using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Library.Contracts;
using Library.Defaults.Stores;

namespace Library.Sagas.Participant;

/// <summary>A command as it came: an attempt at the action of a step, or at its undo. Both share one record.</summary>
internal sealed record StepCommand(string Topic, string Action, string SagaId, string Step, int Attempt, string ReplyTo)
{
    private const int Longest = 200;
    private static readonly JsonSerializerOptions Strict = new(StoredJson.Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    public bool IsUndo => Topic != Action;

    public string Identity => $"{Topic}/{SagaId}/{Step}/{Attempt}";

    /// <summary>Of the action's topic too: whoever gives two steps one name does not get one's answer for the other.</summary>
    public string RecordKey => $"step|{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Action}\n{SagaId}\n{Step}")))}";

    /// <summary>Throws <see cref="JsonException"/> for what is no such command: time does not mend it.</summary>
    public static TCommand Read<TCommand>(JsonElement data)
        where TCommand : class, ICommand
    {
        var command = data.Deserialize<TCommand>(Strict) ?? throw new JsonException("The message is null.");
        return Fits(command.SagaId) && Fits(command.Step) && Fits(command.ReplyTo) && command.Attempt > 0 ? command
            : throw new JsonException($"A command has a sagaId, a step and a replyTo of 1 to {Longest} characters, and an attempt from 1 on.");
    }

    public static StepCommand Of<TCommand>(TCommand command, string action)
        where TCommand : class, ICommand => new(TCommand.Topic, action, command.SagaId, command.Step, command.Attempt, command.ReplyTo);

    public Reply Answered(StepOutcome outcome) => outcome.AsReply(Topic, SagaId, Step, Attempt);

    /// <summary>One search by the saga finds the span of this handling.</summary>
    public void Describe(Activity? span)
    {
        span?.SetTag("saga.id", SagaId);
        span?.SetTag("saga.step", Step);
        span?.SetTag("saga.attempt", Attempt);
        span?.SetTag("saga.direction", IsUndo ? "undo" : "action");
    }

    private static bool Fits(string text) => text.Length is > 0 and <= Longest;
}
