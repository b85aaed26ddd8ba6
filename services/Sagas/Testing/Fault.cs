using Library.Sagas.Orchestrator.Machine;

namespace Library.Sagas.Testing;

/// <summary>What befalls one step in one direction.</summary>
public sealed record Fault(string Step, Direction Direction, FaultKind Kind)
{
    public override string ToString() => $"{Step}/{(Direction == Direction.Forward ? "do" : "undo")}/{Kind}";

    /// <summary>Throws <see cref="FormatException"/> for what no fault says of itself.</summary>
    public static Fault Parse(string text) =>
        text.Trim().Split('/') is [{ Length: > 0 } step, "do" or "undo", var kind] parts && Enum.TryParse<FaultKind>(kind, out var known)
            ? new Fault(step, parts[1] == "do" ? Direction.Forward : Direction.Back, known)
            : throw new FormatException($"\"{text}\" is no fault: write STEP/do/KIND or STEP/undo/KIND, with one of {string.Join(", ", Enum.GetNames<FaultKind>())}.");
}

public enum FaultKind
{
    /// <summary>The participant answers no to the first attempt.</summary>
    Refused,

    /// <summary>It answers no to every attempt, until an operator has mended it.</summary>
    AlwaysRefused,

    /// <summary>Its store fails; the command comes again and is done.</summary>
    FailsBefore,

    /// <summary>It has done it and dies before it acknowledges; the command comes again.</summary>
    FailsAfter,

    /// <summary>It is down for longer than the saga waits, and does afterwards what was sent meanwhile, in that order.</summary>
    TimesOut,

    /// <summary>As before, and what was sent first comes last: an undo may overtake its action.</summary>
    Overtaken,

    /// <summary>The command is delivered twice, the second time much later.</summary>
    DuplicateCommand,

    /// <summary>The reply is delivered twice, the second time much later.</summary>
    DuplicateReply,

    /// <summary>The reply is on its way for longer than the saga waits.</summary>
    LateReply,
}
