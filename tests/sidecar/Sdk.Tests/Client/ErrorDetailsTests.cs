extern alias daemon;
using Dapr;
using Dapr.Common.Exceptions;
using daemon::Sidecar.Protos.Rpc;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Sdk.Tests.Ground;

namespace Sdk.Tests.Client;

/// <summary>Details of failures.</summary>
public sealed class ErrorDetailsTests(Rig rig)
{
    private const string Capital = "type.googleapis.com/Google.rpc.";

    [Fact]
    public async Task Details_of_the_sidecar_come_as_upstream_reads_them()
    {
        var failure = await Assert.ThrowsAsync<DaprException>(() => rig.Client.GetStateAsync<int>("nowhere", "k", cancellationToken: TestContext.Current.CancellationToken));
        Assert.True(failure.TryGetExtendedErrorInfo(out var info));
        Assert.Equal(((int)StatusCode.InvalidArgument, ((RpcException)failure.InnerException!).Status.Detail), (info.Code, info.Message));
        Assert.Equal("type.googleapis.com/google.rpc.ErrorInfo", Assert.IsType<DaprUnknownDetail>(info.Details[0]).TypeUrl);
        Assert.Equal(DaprExtendedErrorType.Unknown, info.Details[0].ErrorType);
    }

    [Fact]
    public void Every_kind_of_detail_is_read()
    {
        var info = Read(
            new RetryInfo { RetryDelay = new Duration { Seconds = 3, Nanos = 4 } },
            new DebugInfo { StackEntries = { "here" }, Detail = "d" },
            new QuotaFailure { Violations = { new QuotaFailure.Types.Violation { Subject = "s", Description = "d" } } },
            new PreconditionFailure { Violations = { new PreconditionFailure.Types.Violation { Type = "t", Subject = "s", Description = "d" } } },
            new RequestInfo { RequestId = "r", ServingData = "s" },
            new LocalizedMessage { Locale = "de", Message = "m" },
            new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "f", Description = "d" } } },
            new ErrorInfo { Reason = "r", Domain = "d", Metadata = { ["a"] = "b" } },
            new Help { Links = { new Help.Types.Link { Url = "u", Description = "d" } } },
            new ResourceInfo { ResourceType = "t", ResourceName = "n", Owner = "o", Description = "d" });
        var details = new Queue<DaprExtendedErrorDetail>(info.Details);
        var retry = (DaprRetryInfoDetail)details.Dequeue();
        Assert.Equal((3L, 4), (retry.Delay.Seconds, retry.Delay.Nanos));
        var debug = (DaprDebugInfoDetail)details.Dequeue();
        Assert.Equal(("here", "d"), (Assert.Single(debug.StackEntries), debug.Detail));
        var quota = Assert.Single(((DaprQuotaFailureDetail)details.Dequeue()).Violations);
        Assert.Equal(("s", "d"), (quota.Subject, quota.Description));
        var precondition = Assert.Single(((DaprPreconditionFailureDetail)details.Dequeue()).Violations);
        Assert.Equal(("t", "s", "d"), (precondition.Type, precondition.Subject, precondition.Description));
        var request = (DaprRequestInfoDetail)details.Dequeue();
        Assert.Equal(("r", "s"), (request.RequestId, request.ServingData));
        var localized = (DaprLocalizedMessageDetail)details.Dequeue();
        Assert.Equal(("de", "m"), (localized.Locale, localized.Message));
        var field = Assert.Single(((DaprBadRequestDetail)details.Dequeue()).FieldViolations);
        Assert.Equal(("f", "d"), (field.Field, field.Description));
        var error = (DaprErrorInfoDetail)details.Dequeue();
        Assert.Equal(("r", "d", "b"), (error.Reason, error.Domain, error.Metadata!["a"]));
        var link = Assert.Single(((DaprHelpDetail)details.Dequeue()).Links);
        Assert.Equal(("u", "d"), (link.Url, link.Description));
        var resource = (DaprResourceInfoDetail)details.Dequeue();
        Assert.Equal(("t", "n", "o", "d"), (resource.ResourceType, resource.ResourceName, resource.Owner, resource.Description));
    }

    [Fact]
    public void A_failure_without_details_has_none()
    {
        Assert.False(new DaprException("m").TryGetExtendedErrorInfo(out _));
        Assert.False(new DaprException("m", new RpcException(new Grpc.Core.Status(StatusCode.Internal, ""))).TryGetExtendedErrorInfo(out _));
    }

    private static DaprExtendedErrorInfo Read(params IMessage[] details)
    {
        var status = new daemon::Sidecar.Protos.Rpc.Status { Code = 3, Message = "m" };
        status.Details.AddRange(details.Select(detail => new Any { TypeUrl = Capital + detail.Descriptor.Name, Value = detail.ToByteString() }));
        Assert.True(Of(status.ToByteArray()).TryGetExtendedErrorInfo(out var info));
        return info;
    }

    private static DaprException Of(byte[] details) =>
        new("m", new RpcException(new Grpc.Core.Status(StatusCode.Internal, ""), new Metadata { { "grpc-status-details-bin", details } }));
}
