namespace Sidecar.Errors;

/// <summary>One entry of the <c>details</c> of an answer, after google.rpc's error details.</summary>
public abstract record ErrorDetail;

public sealed record ErrorInfo(string Reason, IReadOnlyDictionary<string, string>? Metadata = null) : ErrorDetail
{
    public const string Domain = "dapr.io";
}

public sealed record ResourceInfo(string Type, string Name, string Owner = "", string Description = "") : ErrorDetail;

public sealed record FieldViolation(string Field, string Description) : ErrorDetail;

public sealed record HelpLink(string Url, string Description) : ErrorDetail;
