namespace Sidecar.State;

public enum StateFailure
{
    /// <summary>Somebody else wrote in between: 409.</summary>
    ETagMismatch,

    /// <summary>No value that this store could have given out: 400.</summary>
    ETagInvalid,

    /// <summary>Any other refusal: 500.</summary>
    Refused,
}

/// <summary>A store's refusal, in the words of Dapr's store of that kind.</summary>
public sealed class StateException : Exception
{
    public StateException(StateFailure failure, string? reason = null)
        : base(Text(failure, reason))
    {
        Failure = failure;
        Reason = reason;
    }

    public StateException(string reason)
        : this(StateFailure.Refused, reason)
    {
    }

    public StateFailure Failure { get; }

    /// <summary>The store's own words, without Dapr's before them.</summary>
    public string? Reason { get; }

    /// <summary>A lost race is final, unless it is told on behalf of several writes of which others may still succeed.</summary>
    public bool IsFinal { get; init; } = true;

    private static string Text(StateFailure failure, string? reason)
    {
        var prefix = failure switch
        {
            StateFailure.ETagMismatch => "possible etag mismatch. error from state store",
            StateFailure.ETagInvalid => "invalid etag value",
            _ => null,
        };
        return prefix is null ? reason ?? "" : reason is null ? prefix : $"{prefix}: {reason}";
    }
}
