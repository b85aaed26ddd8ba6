namespace Dapr.Common.Exceptions;

/// <summary>A detail that this SDK does not know.</summary>
public sealed record DaprUnknownDetail(string TypeUrl) : DaprExtendedErrorDetail(DaprExtendedErrorType.Unknown);

/// <summary>When to try again.</summary>
public sealed record DaprRetryInfoDetail() : DaprExtendedErrorDetail(DaprExtendedErrorType.RetryInfo)
{
    /// <summary>After how long.</summary>
    public DaprRetryDelay Delay = new(1, 0);
}

/// <summary>A span of time.</summary>
public sealed record DaprRetryDelay(long Seconds, int Nanos);

/// <summary>Where a failure happened.</summary>
public sealed record DaprDebugInfoDetail(IReadOnlyCollection<string> StackEntries, string Detail) : DaprExtendedErrorDetail(DaprExtendedErrorType.DebugInfo);

/// <summary>Which quotas were exceeded.</summary>
public sealed record DaprQuotaFailureDetail() : DaprExtendedErrorDetail(DaprExtendedErrorType.QuotaFailure)
{
    /// <summary>The quotas.</summary>
    public IReadOnlyCollection<DaprQuotaFailureViolation> Violations { get; init; } = [];
}

/// <summary>A quota that was exceeded.</summary>
public sealed record DaprQuotaFailureViolation(string Subject, string Description);

/// <summary>What would have to hold first.</summary>
public sealed record DaprPreconditionFailureDetail() : DaprExtendedErrorDetail(DaprExtendedErrorType.PreconditionFailure)
{
    /// <summary>The conditions.</summary>
    public IReadOnlyCollection<DaprPreconditionFailureViolation> Violations { get; init; } = [];
}

/// <summary>A condition that does not hold.</summary>
public sealed record DaprPreconditionFailureViolation(string Type, string Subject, string Description);

/// <summary>Which request failed.</summary>
public sealed record DaprRequestInfoDetail(string RequestId, string ServingData) : DaprExtendedErrorDetail(DaprExtendedErrorType.RequestInfo);

/// <summary>A message in the caller's language.</summary>
public sealed record DaprLocalizedMessageDetail(string Locale, string Message) : DaprExtendedErrorDetail(DaprExtendedErrorType.LocalizedMessage);

/// <summary>What is wrong with a request.</summary>
public sealed record DaprBadRequestDetail() : DaprExtendedErrorDetail(DaprExtendedErrorType.BadRequest)
{
    /// <summary>By field.</summary>
    public IReadOnlyCollection<DaprBadRequestDetailFieldViolation> FieldViolations { get; init; } = [];
}

/// <summary>A field that is wrong.</summary>
public sealed record DaprBadRequestDetailFieldViolation(string Field, string Description);

/// <summary>Why a call failed, in a word.</summary>
public sealed record DaprErrorInfoDetail(string Reason, string Domain, IDictionary<string, string>? Metadata) : DaprExtendedErrorDetail(DaprExtendedErrorType.ErrorInfo);

/// <summary>Where to read more.</summary>
public sealed record DaprHelpDetail() : DaprExtendedErrorDetail(DaprExtendedErrorType.Help)
{
    /// <summary>The places.</summary>
    public IReadOnlyCollection<DaprHelpDetailLink> Links { get; init; } = [];
}

/// <summary>A place to read more.</summary>
public sealed record DaprHelpDetailLink(string Url, string Description);

/// <summary>Which resource a failure is about.</summary>
public sealed record DaprResourceInfoDetail(string ResourceType, string ResourceName, string Owner, string Description) : DaprExtendedErrorDetail(DaprExtendedErrorType.ResourceInfo);
