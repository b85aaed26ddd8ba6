namespace Dapr.Common.Exceptions;

/// <summary>What the sidecar told of a failure besides its code and message.</summary>
public sealed record DaprExtendedErrorInfo(int Code, string Message)
{
    /// <summary>The details.</summary>
    public DaprExtendedErrorDetail[] Details { get; init; } = [];
}

/// <summary>A detail of a failure.</summary>
public abstract record DaprExtendedErrorDetail(DaprExtendedErrorType ErrorType);

/// <summary>What a detail of a failure is.</summary>
public enum DaprExtendedErrorType
{
    /// <summary>Something that this SDK does not know.</summary>
    Unknown,

    /// <summary>When to try again.</summary>
    RetryInfo,

    /// <summary>Where it happened.</summary>
    DebugInfo,

    /// <summary>Which quotas were exceeded.</summary>
    QuotaFailure,

    /// <summary>What would have to hold first.</summary>
    PreconditionFailure,

    /// <summary>Which request it was.</summary>
    RequestInfo,

    /// <summary>A message in the caller's language.</summary>
    LocalizedMessage,

    /// <summary>What is wrong with the request.</summary>
    BadRequest,

    /// <summary>Why, in a word.</summary>
    ErrorInfo,

    /// <summary>Where to read more.</summary>
    Help,

    /// <summary>Which resource it was about.</summary>
    ResourceInfo,
}
