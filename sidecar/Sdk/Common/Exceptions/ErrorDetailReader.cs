using Google.Protobuf.WellKnownTypes;
using Rpc = Sidecar.Protos.Rpc;

namespace Dapr.Common.Exceptions;

/// <summary>Details by the addresses of their types, which upstream writes with a capital letter (see RATIONALE.md).</summary>
internal static class ErrorDetailReader
{
    private const string Prefix = "type.googleapis.com/Google.rpc.";

    public static DaprExtendedErrorDetail Read(Any detail) => detail.TypeUrl switch
    {
        Prefix + "RetryInfo" => Retry(Rpc.RetryInfo.Parser.ParseFrom(detail.Value)),
        Prefix + "DebugInfo" => Debug(Rpc.DebugInfo.Parser.ParseFrom(detail.Value)),
        Prefix + "QuotaFailure" => Quota(Rpc.QuotaFailure.Parser.ParseFrom(detail.Value)),
        Prefix + "PreconditionFailure" => Precondition(Rpc.PreconditionFailure.Parser.ParseFrom(detail.Value)),
        Prefix + "RequestInfo" => Request(Rpc.RequestInfo.Parser.ParseFrom(detail.Value)),
        Prefix + "LocalizedMessage" => Localized(Rpc.LocalizedMessage.Parser.ParseFrom(detail.Value)),
        Prefix + "BadRequest" => BadRequest(Rpc.BadRequest.Parser.ParseFrom(detail.Value)),
        Prefix + "ErrorInfo" => Error(Rpc.ErrorInfo.Parser.ParseFrom(detail.Value)),
        Prefix + "Help" => Help(Rpc.Help.Parser.ParseFrom(detail.Value)),
        Prefix + "ResourceInfo" => Resource(Rpc.ResourceInfo.Parser.ParseFrom(detail.Value)),
        var other => new DaprUnknownDetail(other),
    };

    private static DaprRetryInfoDetail Retry(Rpc.RetryInfo info) =>
        new() { Delay = new DaprRetryDelay(info.RetryDelay?.Seconds ?? 0, info.RetryDelay?.Nanos ?? 0) };

    private static DaprDebugInfoDetail Debug(Rpc.DebugInfo info) => new([.. info.StackEntries], info.Detail);

    private static DaprQuotaFailureDetail Quota(Rpc.QuotaFailure failure) =>
        new() { Violations = [.. failure.Violations.Select(violation => new DaprQuotaFailureViolation(violation.Subject, violation.Description))] };

    private static DaprPreconditionFailureDetail Precondition(Rpc.PreconditionFailure failure) =>
        new() { Violations = [.. failure.Violations.Select(violation => new DaprPreconditionFailureViolation(violation.Type, violation.Subject, violation.Description))] };

    private static DaprRequestInfoDetail Request(Rpc.RequestInfo info) => new(info.RequestId, info.ServingData);

    private static DaprLocalizedMessageDetail Localized(Rpc.LocalizedMessage message) => new(message.Locale, message.Message);

    private static DaprBadRequestDetail BadRequest(Rpc.BadRequest request) =>
        new() { FieldViolations = [.. request.FieldViolations.Select(violation => new DaprBadRequestDetailFieldViolation(violation.Field, violation.Description))] };

    private static DaprErrorInfoDetail Error(Rpc.ErrorInfo info) => new(info.Reason, info.Domain, info.Metadata);

    private static DaprHelpDetail Help(Rpc.Help help) => new() { Links = [.. help.Links.Select(link => new DaprHelpDetailLink(link.Url, link.Description))] };

    private static DaprResourceInfoDetail Resource(Rpc.ResourceInfo info) => new(info.ResourceType, info.ResourceName, info.Owner, info.Description);
}
