namespace Library.Sagas.Orchestrator.Machine;

/// <summary>What the lines of an audit trail say; an operator's verbs say themselves.</summary>
public static class Trail
{
    public const string Asked = "asked";
    public const string Done = "done";
    public const string Refused = "refused";
    public const string NotUnderstood = "not-understood";
    public const string Unreachable = "unreachable";
    public const string Waiting = "waiting";
    public const string Stuck = "stuck";
    public const string GivenUp = "given-up";

    /// <summary>What an operator said did not fit any more when it was heard.</summary>
    public const string Overtaken = "overtaken";
    public const string Ended = "ended";
    public const string Late = "late-reply";
}
