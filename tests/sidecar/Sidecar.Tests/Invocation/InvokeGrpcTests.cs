using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos;

namespace Sidecar.Tests.Invocation;

public sealed class InvokeGrpcTests : IAsyncDisposable
{
    private const string InvokeService = "/dapr.proto.runtime.v1.Dapr/InvokeService";
    private readonly Neighbourhood neighbourhood = new();

    public static TheoryData<Callee> Everywhere => new(System.Enum.GetValues<Callee>());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => neighbourhood.DisposeAsync();

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task An_http_app_is_called_with_verb_query_data_and_metadata(Callee callee)
    {
        var (caller, id) = await CallerAsync(callee, async context =>
        {
            var headers = context.Request.Headers;
            using var reader = new StreamReader(context.Request.Body);
            context.Response.ContentType = "text/x";
            context.Response.Headers["X-From-App"] = new[] { "a", "b" };
            await context.Response.WriteAsync($"{context.Request.Method} {context.Request.Path.Value}{context.Request.QueryString} {headers.ContentType} {headers["x-custom"]} {headers["dapr-authority"]} {await reader.ReadToEndAsync(Cancellation)}", Cancellation);
        });
        var reply = await AskAsync(caller, id, "a/../b", HTTPExtension.Types.Verb.Put, "q=1", "data", metadata: ("x-custom", "c"));
        Assert.Equal($"PUT /b?q=1 text/plain c 127.0.0.1:{caller.Options.GrpcPort} data", reply.Message.Data.Value.ToStringUtf8());
        Assert.Equal("text/x", reply.Message.ContentType);
        Assert.Equal("200", reply.Headers.GetValues("dapr-http-status").Single());
        Assert.Equal("text/x", reply.Headers.GetValues("dapr-content-type").Single());
        Assert.Equal(["a", "b"], reply.Headers.GetValues("x-from-app"));
        Assert.False(reply.Headers.Contains("dapr-content-length"));
    }

    [Theory]
    [InlineData(400, GrpcCode.Internal, "Bad Request")]
    [InlineData(404, GrpcCode.NotFound, "Not Found")]
    [InlineData(302, GrpcCode.Unknown, "Found")]
    [InlineData(429, GrpcCode.ResourceExhausted, "Too Many Requests")]
    [InlineData(503, GrpcCode.Unavailable, "Service Unavailable")]
    public async Task A_status_that_is_no_success_is_an_error(int status, GrpcCode code, string message)
    {
        var (caller, id) = await CallerAsync(Callee.OtherProcess, async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync("reason", Cancellation);
        });
        var refusal = await Assert.ThrowsAsync<GrpcException>(() => AskAsync(caller, id, "x").AsTask());
        Assert.Equal((code, message), (refusal.Code, refusal.Message));
        var info = refusal.Details!.Details.Single().Unpack<Protos.Rpc.ErrorInfo>();
        Assert.Equal(("dapr.io", message, $"{status}", "reason"), (info.Domain, info.Reason, info.Metadata["http.code"], info.Metadata["http.error_message"]));
        Assert.Equal($"{status}", refusal.Headers!.GetValues("dapr-http-status").Single());
    }

    [Theory]
    [InlineData("", "failed to invoke, id: , err: app id is empty")]
    [InlineData("nobody", "failed to invoke, id: nobody, err: couldn't find service: nobody")]
    public async Task A_call_that_leads_nowhere_says_why(string id, string message)
    {
        var caller = await neighbourhood.SidecarAsync("caller");
        var refusal = await Assert.ThrowsAsync<GrpcException>(() => AskAsync(caller, id, "x").AsTask());
        Assert.Equal((GrpcCode.Internal, message), (refusal.Code, refusal.Message));
        Assert.Null(refusal.Details);
    }

    [Fact]
    public async Task An_http_app_needs_a_verb()
    {
        var (caller, id) = await CallerAsync(Callee.SameProcess, _ => Task.CompletedTask);
        var none = await Assert.ThrowsAsync<GrpcException>(() => AskAsync(caller, id, "x", verb: null).AsTask());
        Assert.Equal("failed to invoke, id: callee, err: rpc error: code = Internal desc = error invoking app channel: rpc error: code = InvalidArgument desc = missing HTTP extension field", none.Message);
        var empty = await Assert.ThrowsAsync<GrpcException>(() => AskAsync(caller, id, "x", HTTPExtension.Types.Verb.None).AsTask());
        Assert.EndsWith("desc = invalid HTTP verb", empty.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_grpc_app_gets_the_message_as_it_is_and_its_answer_comes_back(Callee callee)
    {
        await using var app = await GrpcTestApp.StartAsync();
        var (caller, id) = await GrpcCallerAsync(callee, app);
        var reply = await AskAsync(caller, id, "typed", HTTPExtension.Types.Verb.Post, "q=1", "data", "type.example/in", ("x-custom", "c"));
        Assert.Equal("typed POST q=1 text/plain data type.example/in c", reply.Message.Data.Value.ToStringUtf8());
        Assert.Equal("type.example/out", reply.Message.Data.TypeUrl);
        Assert.Equal("h", reply.Headers.GetValues("x-header").Single());
        Assert.Equal("t", reply.Trailers.GetValues("x-trailer").Single());
        Assert.False(reply.Headers.Contains("dapr-http-status"));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_refusal_of_a_grpc_app_comes_back_with_its_details(Callee callee)
    {
        await using var app = await GrpcTestApp.StartAsync();
        var (caller, id) = await GrpcCallerAsync(callee, app);
        var refusal = await Assert.ThrowsAsync<GrpcException>(() => AskAsync(caller, id, "refuse").AsTask());
        Assert.Equal((GrpcCode.AlreadyExists, "there already"), (refusal.Code, refusal.Message));
        Assert.Equal("because", refusal.Details!.Details.Single().Unpack<Protos.Rpc.ErrorInfo>().Reason);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Http_callers_of_a_grpc_app_get_statuses_of_http(Callee callee)
    {
        await using var app = await GrpcTestApp.StartAsync();
        var (caller, id) = await GrpcCallerAsync(callee, app);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{caller.Address}/v1.0/invoke/{id}/method/plain?q=1") { Content = new StringContent("data") };
        request.Headers.Add("x-custom", "c");
        using var answer = await caller.SendAsync(request);
        Assert.Equal("plain POST q=1 text/plain; charset=utf-8 data  c", await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal("text/out", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("h", answer.Headers.GetValues("x-header").Single());

        using var refusal = await caller.GetAsync($"/v1.0/invoke/{id}/method/refuse");
        Assert.Equal(409, (int)refusal.StatusCode);
        Assert.Equal("text/plain; charset=utf-8", refusal.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            """{"code":6,"message":"there already","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"because","domain":"dapr.io"}]}""",
            await refusal.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_grpc_app_is_probed_through_its_health_check()
    {
        await using var app = await GrpcTestApp.StartAsync();
        var (sidecar, _) = await GrpcCallerAsync(Callee.Self, app);
        Assert.True(await sidecar.App!.ProbeAsync("/ignored", Cancellation));
    }

    private async Task<(TestSidecar Caller, string Id)> CallerAsync(Callee callee, RequestDelegate handler)
    {
        var (caller, path) = await neighbourhood.CallerAsync(callee, handler);
        return (caller, path.Split('/')[3]);
    }

    private async Task<(TestSidecar Caller, string Id)> GrpcCallerAsync(Callee callee, GrpcTestApp app)
    {
        if (callee == Callee.Self)
        {
            return (await neighbourhood.SidecarAsync("caller", app.Port, configure: options => options with { AppProtocol = "grpc" }), "caller");
        }

        await neighbourhood.SidecarAsync("callee", app.Port, callee == Callee.SameProcess ? "first" : "second", configure: options => options with { AppProtocol = "grpc" });
        return (await neighbourhood.SidecarAsync("caller"), "callee");
    }

    private static ValueTask<GrpcReply<InvokeResponse>> AskAsync(
        TestSidecar caller,
        string id,
        string method,
        HTTPExtension.Types.Verb? verb = HTTPExtension.Types.Verb.Post,
        string query = "",
        string data = "",
        string typeUrl = "",
        params (string Name, string Value)[] metadata)
    {
        var message = new Protos.InvokeRequest
        {
            Method = method,
            ContentType = "text/plain",
            Data = new Any { Value = ByteString.CopyFromUtf8(data), TypeUrl = typeUrl },
            HttpExtension = verb is null ? null : new HTTPExtension { Verb = verb.Value, Querystring = query },
        };
        var options = new GrpcCallOptions { Metadata = metadata.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)) };
        return caller.Grpc.UnaryAsync(InvokeService, new InvokeServiceRequest { Id = id, Message = message }, InvokeResponse.Parser, options, Cancellation);
    }
}
