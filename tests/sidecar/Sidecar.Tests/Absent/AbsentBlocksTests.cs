using System.Collections.Frozen;
using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Absent;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Hosting;
using Sidecar.Http;
using Sidecar.Protos;
using Sidecar.Protos.Absent;
using Sidecar.Tests.Grpc;

namespace Sidecar.Tests.Absent;

/// <summary>What callers of building blocks that are not here are told, with no component of the kind, another one, and the very one.</summary>
public sealed class AbsentBlocksTests
{
    private const string NoPlacement = "placement service is not configured";
    private static readonly FrozenSet<string> There = ["there"];
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET v1.0/configuration/nope", "", 500, "ERR_CONFIGURATION_STORE_NOT_CONFIGURED", "configuration stores not configured")]
    [InlineData("POST v1.0-alpha1/lock/nope", "{\"resourceId\":\"r\",\"lockOwner\":\"o\",\"expiryInSeconds\":5}", 500, "ERR_LOCK_STORE_NOT_CONFIGURED", "lock store is not configured")]
    [InlineData("POST v1.0-alpha1/lock/nope", "{}", 400, "ERR_MALFORMED_REQUEST", "ExpiryInSeconds is not positive in lock store nope")]
    [InlineData("POST v1.0-alpha1/unlock/nope", "", 500, "ERR_LOCK_STORE_NOT_CONFIGURED", "lock store is not configured")]
    [InlineData("POST v1.0/bindings/nope", "{\"operation\":\"create\",\"data\":1}", 500, "ERR_INVOKE_OUTPUT_BINDING", "error invoking output binding nope: couldn't find output binding nope")]
    [InlineData("PUT v1.0/bindings/nope", "{}", 500, "ERR_INVOKE_OUTPUT_BINDING", "error invoking output binding nope: operation field is missing from request")]
    [InlineData("POST v1.0/bindings/nope", "", 400, "ERR_MALFORMED_REQUEST", "failed deserializing HTTP body: EOF")]
    [InlineData("POST v1.0/bindings/nope", "{\"operation\":1}", 400, "ERR_MALFORMED_REQUEST", "failed deserializing HTTP body: json: cannot unmarshal number into Go struct field OutputBindingRequest.operation of type string")]
    [InlineData("POST v1.0/jobs/j", "{}", 400, "DAPR_SCHEDULER_SCHEDULE_EMPTY", "Schedule is empty")]
    [InlineData("POST v1.0/jobs/j", "{\"name\":\"x\"}", 400, "DAPR_SCHEDULER_JOB_NAME", "Set the job name in the url only")]
    [InlineData("POST v1.0-alpha1/jobs/j", "{\"schedule\":\"@daily\",\"data\":{\"a\":1}}", 500, "DAPR_SCHEDULER_SCHEDULE_JOB", "failed to schedule job due to: scheduler clients are disabled")]
    [InlineData("GET v1.0/jobs/j", "", 500, "DAPR_SCHEDULER_GET_JOB", "failed to get job due to: scheduler clients are disabled")]
    [InlineData("DELETE v1.0/jobs/j", "", 500, "DAPR_SCHEDULER_DELETE_JOB", "failed to delete job due to: scheduler clients are disabled")]
    [InlineData("POST v1.0/actors/t/i/method/m", "x", 400, "ERR_ACTOR_NO_PLACEMENT", NoPlacement)]
    [InlineData("GET v1.0/actors/t/i/state/k", "", 400, "ERR_ACTOR_NO_PLACEMENT", NoPlacement)]
    [InlineData("POST v1.0/actors/t/i/state", "[", 400, "ERR_MALFORMED_REQUEST", "failed deserializing HTTP body: unexpected EOF")]
    [InlineData("DELETE v1.0/actors/dapr.internal.x/i/timers/n", "", 403, "ERR_ACTOR_TYPE_RESERVED", "actor type \"dapr.internal.x\" is reserved for the Dapr workflow runtime; direct actor API access is not permitted")]
    [InlineData("POST v1.0/workflows/dapr/name/start", "1", 400, "ERR_ACTOR_NO_PLACEMENT", NoPlacement)]
    [InlineData("GET v1.0-beta1/workflows/dapr/id", "", 400, "ERR_ACTOR_NO_PLACEMENT", NoPlacement)]
    [InlineData("POST v1.0-alpha1/workflows/dapr/id/raiseEvent/e", "1", 400, "ERR_ACTOR_NO_PLACEMENT", NoPlacement)]
    [InlineData("PUT v1.0-alpha1/crypto/c/encrypt", "x", 500, "ERR_CRYPTO_PROVIDERS_NOT_CONFIGURED", "crypto providers not configured")]
    [InlineData("POST v1.0-alpha1/subtlecrypto/c/getkey", "{}", 501, "ERR_API_UNIMPLEMENTED", "this API is currently not implemented")]
    [InlineData("POST v1.0-alpha2/conversation/c/converse", "{\"inputs\":[]}", 400, "ERR_CONVERSATION_NOT_FOUND", "failed finding conversation component c")]
    public async Task Without_any_such_component_HTTP_says_so(string route, string body, int status, string code, string message) =>
        await AssertHttpAsync(new KnownComponents(), route, body, status, code, message);

    [Theory]
    [InlineData("GET v1.0/configuration/nope?key=a", "", 400, "ERR_CONFIGURATION_STORE_NOT_FOUND", "configuration store nope not found")]
    [InlineData("GET v1.0/configuration/there?key=a&key=b", "", 500, "ERR_CONFIGURATION_GET", "failed to get [a b] from Configuration store there: this sidecar does not serve such components")]
    [InlineData("GET v1.0/configuration/there/subscribe", "", 500, "ERR_APP_CHANNEL_NIL", "app channel is not initialized. cannot subscribe to configuration updates")]
    [InlineData("POST v1.0-alpha1/lock/nope", "{\"resourceId\":\"r\",\"lockOwner\":\"o\",\"expiryInSeconds\":5}", 400, "ERR_LOCK_STORE_NOT_FOUND", "lock store nope not found")]
    [InlineData("POST v1.0-alpha1/lock/there", "{\"lockOwner\":\"o\",\"expiryInSeconds\":5}", 400, "ERR_MALFORMED_REQUEST", "ResourceId is empty in lock store there")]
    [InlineData("POST v1.0-alpha1/unlock/there", "{\"resourceId\":\"r\",\"lockOwner\":\"o\"}", 500, "ERR_UNLOCK", "failed to release lock: this sidecar does not serve such components")]
    [InlineData("POST v1.0/bindings/there", "{\"operation\":\"create\"}", 500, "ERR_INVOKE_OUTPUT_BINDING", "error invoking output binding there: binding there does not support operation create. supported operations:")]
    [InlineData("PUT v1.0-alpha1/crypto/there/encrypt", "x", 400, "ERR_BAD_REQUEST", "invalid request: missing header 'dapr-key-name'")]
    [InlineData("PUT v1.0-alpha1/crypto/nope/decrypt", "x", 400, "ERR_CRYPTO_PROVIDER_NOT_FOUND", "crypto provider nope not found")]
    public async Task With_such_components_HTTP_tells_the_unknown_from_the_unserved(string route, string body, int status, string code, string message) =>
        await AssertHttpAsync(SomeKnown, route, body, status, code, message);

    [Fact]
    public async Task Unsubscribing_from_a_configuration_fails_in_its_own_shape()
    {
        var (status, body) = await AskHttpAsync(SomeKnown, "GET v1.0/configuration/there/some-id/unsubscribe", "");

        Assert.Equal((500, "{\"message\":\"failed to unsubscribe to configuration request some-id: this sidecar does not serve such components\"}"), (status, body));
    }

    public static TheoryData<string, IMessage, GrpcCode, string, string?> Calls => new()
    {
        { "GetConfigurationAlpha1", new GetConfigurationRequest { StoreName = "nope" }, GrpcCode.InvalidArgument, "configuration store nope not found", "ERR_CONFIGURATION_STORE_NOT_FOUND" },
        { "SubscribeConfiguration", new SubscribeConfigurationRequest { StoreName = "nope" }, GrpcCode.InvalidArgument, "configuration store nope not found", "ERR_CONFIGURATION_STORE_NOT_FOUND" },
        { "TryLockAlpha1", new TryLockRequest { StoreName = "nope", ResourceId = "r", LockOwner = "o", ExpiryInSeconds = 5 }, GrpcCode.InvalidArgument, "lock store nope not found", null },
        { "InvokeBinding", new InvokeBindingRequest { Name = "nope", Operation = "create" }, GrpcCode.Internal, "error invoking output binding nope: couldn't find output binding nope", "ERR_INVOKE_OUTPUT_BINDING" },
        { "ScheduleJob", new ScheduleJobRequest(), GrpcCode.InvalidArgument, "Job is empty", "DAPR_SCHEDULER_EMPTY" },
        { "GetJobAlpha1", new GetJobRequest(), GrpcCode.InvalidArgument, "Name is empty", "DAPR_SCHEDULER_JOB_NAME_EMPTY" },
        { "ListJobs", new Empty(), GrpcCode.Internal, "failed to list jobs due to: scheduler clients are disabled", "DAPR_SCHEDULER_LIST_JOBS" },
        { "InvokeActor", new ActorRequest { ActorType = "t" }, GrpcCode.Unavailable, NoPlacement, null },
        { "StartWorkflowBeta1", new StartWorkflowRequest { WorkflowName = "w" }, GrpcCode.Unavailable, NoPlacement, null },
        { "SubtleSignAlpha1", new Empty(), GrpcCode.Unimplemented, "this API is currently not implemented", null },
        { "EncryptAlpha1", new CryptoRequest(), GrpcCode.InvalidArgument, "invalid request: first message does not contain the required options", null },
        { "DecryptAlpha1", new CryptoRequest { Options = new CryptoOptions { ComponentName = "nope" } }, GrpcCode.InvalidArgument, "crypto provider nope not found", null },
        { "ConverseAlpha2", new ConversationRequest { Name = "c" }, GrpcCode.InvalidArgument, "failed finding conversation component c", null },
        { "SubscribeTopicEventsAlpha1", new SubscribeTopicEventsRequestAlpha1 { InitialRequest = new() { PubsubName = "nope", Topic = "t" } }, GrpcCode.InvalidArgument, "pubsub nope is not found", "DAPR_PUBSUB_NOT_FOUND" },
        { "SubscribeTopicEventsAlpha1", new SubscribeTopicEventsRequestAlpha1 { InitialRequest = new() { PubsubName = "there" } }, GrpcCode.Unknown, "topic is required", null },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Over_gRPC_each_has_its_code_and_where_daprd_gives_one_a_reason(string method, IMessage request, GrpcCode code, string message, string? reason)
    {
        await using var host = await GrpcHost.StartAsync(methods =>
        {
            new AbsentBlocks(new SidecarOptions { AppId = "a" }, SomeKnown).Register(methods);
            AbsentWorkflows.Register(methods);
        });

        var refusal = await Assert.ThrowsAsync<GrpcException>(async () => await host.AskAsync<Empty>(GrpcMethods.Dapr + method, request));

        Assert.Equal((code, message, reason), (refusal.Code, refusal.Message, refusal.Details?.Details.Single().Unpack<Protos.Rpc.ErrorInfo>().Reason));
    }

    [Fact]
    public async Task Unsubscribing_over_gRPC_succeeds_in_saying_no()
    {
        await using var host = await GrpcHost.StartAsync(new AbsentBlocks(new SidecarOptions { AppId = "a" }, new KnownComponents()).Register);

        var reply = await host.AskAsync<UnsubscribeConfigurationResponse>(GrpcMethods.Dapr + "UnsubscribeConfiguration", new UnsubscribeConfigurationRequest { Id = "x" });

        Assert.Equal((false, "failed to unsubscribe to configuration request x: subscription does not exist"), (reply.Message.Ok, reply.Message.Message));
    }

    private static KnownComponents SomeKnown => new()
    {
        Bindings = There, Configurations = There, Conversations = There, CryptoProviders = There, Locks = There, PubSubs = There,
    };

    private static async Task AssertHttpAsync(KnownComponents known, string route, string body, int status, string code, string message)
    {
        var (answered, text) = await AskHttpAsync(known, route, body);

        using var json = JsonDocument.Parse(text);
        Assert.Equal((status, code, message), (answered, json.RootElement.GetProperty("errorCode").GetString(), json.RootElement.GetProperty("message").GetString()));
    }

    private static async Task<(int Status, string Body)> AskHttpAsync(KnownComponents known, string route, string body)
    {
        var options = new SidecarOptions { AppId = "a" };
        var router = new Router();
        foreach (var apiRoute in new AbsentBlocks(options, known).Routes.Concat(AbsentWorkflows.Routes))
        {
            router.Add(apiRoute);
        }

        var api = new HttpApi(options, router, _ => throw new InvalidOperationException("no such route"), NullLogger<HttpApi>.Instance);
        var port = GrpcHost.FreePort();
        await using var server = new ListenerServer([new Listener("HTTP", IPAddress.Loopback, port, HttpProtocols.Http1AndHttp2, api.HandleAsync)], 4096, NullLoggerFactory.Instance);
        await server.StartAsync(Cancellation);
        using var http = new HttpClient();
        var parts = route.Split(' ');
        using var request = new HttpRequestMessage(new HttpMethod(parts[0]), $"http://127.0.0.1:{port}/{parts[1]}");
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        using var answer = await http.SendAsync(request, Cancellation);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
