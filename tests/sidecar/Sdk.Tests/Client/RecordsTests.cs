using Dapr;
using Dapr.Client;
using Dapr.Common.Exceptions;
using Grpc.Net.Client;
using Sdk.Tests.Ground;

namespace Sdk.Tests.Client;

/// <summary>Records and settings, made and changed as users do.</summary>
public sealed class RecordsTests
{
    [Fact]
    public void Details_are_equal_when_their_values_are()
    {
        Same(new DaprUnknownDetail("u"), new DaprUnknownDetail("") with { TypeUrl = "u" });
        Same(new DaprRetryDelay(1, 2), new DaprRetryDelay(0, 0) with { Seconds = 1, Nanos = 2 });
        Assert.Equal(new DaprRetryDelay(1, 0), new DaprRetryInfoDetail().Delay);
        string[] entries = ["e"];
        Same(new DaprDebugInfoDetail(entries, "d"), new DaprDebugInfoDetail([], "") with { StackEntries = entries, Detail = "d" });
        Same(new DaprRequestInfoDetail("r", "s"), new DaprRequestInfoDetail("", "") with { RequestId = "r", ServingData = "s" });
        Same(new DaprLocalizedMessageDetail("l", "m"), new DaprLocalizedMessageDetail("", "") with { Locale = "l", Message = "m" });
        Same(new DaprErrorInfoDetail("r", "d", null), new DaprErrorInfoDetail("", "", new Dictionary<string, string>()) with { Reason = "r", Domain = "d", Metadata = null });
        Same(new DaprResourceInfoDetail("t", "n", "o", "d"), new DaprResourceInfoDetail("", "", "", "") with { ResourceType = "t", ResourceName = "n", Owner = "o", Description = "d" });
        Same(new DaprBadRequestDetailFieldViolation("f", "d"), new DaprBadRequestDetailFieldViolation("", "") with { Field = "f", Description = "d" });
        Same(new DaprHelpDetailLink("u", "d"), new DaprHelpDetailLink("", "") with { Url = "u", Description = "d" });
        Same(new DaprQuotaFailureViolation("s", "d"), new DaprQuotaFailureViolation("", "") with { Subject = "s", Description = "d" });
        Same(new DaprPreconditionFailureViolation("t", "s", "d"), new DaprPreconditionFailureViolation("", "", "") with { Type = "t", Subject = "s", Description = "d" });
    }

    [Fact]
    public void Details_of_many_parts_start_without_any()
    {
        Assert.Empty(new DaprBadRequestDetail().FieldViolations);
        Assert.Empty(new DaprHelpDetail().Links);
        Assert.Empty(new DaprQuotaFailureDetail().Violations);
        Assert.Empty(new DaprPreconditionFailureDetail().Violations);
        Assert.Single((new DaprBadRequestDetail() with { FieldViolations = [new("f", "d")] }).FieldViolations);
        Assert.Single((new DaprHelpDetail() with { Links = [new("u", "d")] }).Links);
        Assert.Single((new DaprQuotaFailureDetail() with { Violations = [new("s", "d")] }).Violations);
        Assert.Single((new DaprPreconditionFailureDetail() with { Violations = [new("t", "s", "d")] }).Violations);
        var info = new DaprExtendedErrorInfo(1, "a") { Details = [new DaprHelpDetail()] } with { Code = 2, Message = "b" };
        Assert.Equal((2, "b", DaprExtendedErrorType.Help), (info.Code, info.Message, info.Details[0].ErrorType));
        Assert.Equal(DaprExtendedErrorType.Help, (new OwnDetail(DaprExtendedErrorType.Unknown) with { ErrorType = DaprExtendedErrorType.Help }).ErrorType);
    }

    [Fact]
    public void Topics_keep_what_they_are_told()
    {
        var topic = new TopicAttribute("p", "n") { PubsubName = "q", Name = "m", EnableRawPayload = true, Match = "x", Priority = 4, OwnedMetadatas = ["o"], MetadataSeparator = ";", DeadLetterTopic = "d" };
        Assert.Equal(("q", "m", true, "x", 4, "o", ";", "d"), (topic.PubsubName, topic.Name, topic.EnableRawPayload, topic.Match, topic.Priority, topic.OwnedMetadatas[0], topic.MetadataSeparator, topic.DeadLetterTopic));
        var options = new TopicOptions { PubsubName = "q", Name = "m", EnableRawPayload = true, Match = "x", Priority = 4, OwnedMetadatas = ["o"], MetadataSeparator = ";", DeadLetterTopic = "d" };
        Assert.Equal(("q", "m", true, "x", 4, "o", ";", "d"), (options.PubsubName, options.Name, options.EnableRawPayload, options.Match, options.Priority, options.OwnedMetadatas[0], options.MetadataSeparator, options.DeadLetterTopic));
        var metadata = new TopicMetadataAttribute("i", "n", "v");
        Assert.Equal(("i", "n", "v"), (metadata.Id, metadata.Name, metadata.Value));
        Assert.True(new SubscribeOptions { EnableRawPayload = true }.EnableRawPayload);
    }

    [Fact]
    public void Channel_options_keep_what_they_are_told()
    {
        using var handler = new HttpClientHandler();
        using var http = new HttpClient();
        var options = new GrpcChannelOptions { HttpHandler = handler, HttpClient = http, DisposeHttpClient = true, ThrowOperationCanceledOnCancellation = true, HttpVersion = new Version(2, 0), HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Assert.Equal((handler, http, true, true), (options.HttpHandler, options.HttpClient, options.DisposeHttpClient, options.ThrowOperationCanceledOnCancellation));
        Assert.Equal((new Version(2, 0), HttpVersionPolicy.RequestVersionExact), (options.HttpVersion, options.HttpVersionPolicy));
    }

    private static void Same<T>(T expected, T actual) => Assert.Equal(expected, actual);

    private sealed record OwnDetail(DaprExtendedErrorType Kind) : DaprExtendedErrorDetail(Kind);
}
