namespace Sidecar.Workflow.Hub;

internal enum HubFailure
{
    /// <summary>There is no such instance.</summary>
    NotFound,

    /// <summary>The id belongs to an instance that is not over, or to one whose children are not.</summary>
    AlreadyExists,

    NotFinished,

    Stalled,

    /// <summary>The request makes no sense.</summary>
    Invalid,

    /// <summary>The store refused what it should keep.</summary>
    Refused,

    /// <summary>This sidecar leads no longer, or ends. Whoever leads now can be asked again; whether it happened is not known.</summary>
    Moved,
}

/// <summary>What a hub refuses, in daprd's words.</summary>
internal sealed class HubException(HubFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public HubFailure Failure => failure;

    public static HubException NoSuchInstance() => new(HubFailure.NotFound, "no such instance exists");

    public static HubException Moved() => new(HubFailure.Moved, "the workflows of this app are led by another sidecar now");
}
