using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Protos;
using Sidecar.Resiliency;
using Sidecar.State;
using Sidecar.Tests.Grpc;
using Options = Sidecar.Protos.StateOptions;

namespace Sidecar.Tests.State;

/// <summary>The state API as a gRPC client sees it, in front of a store that does as told.</summary>
public sealed class StateGrpcTests
{
    private static readonly Sidecar.State.StateItem Stored = new("v"u8.ToArray(), "7", new Dictionary<string, string> { ["ttlExpireTime"] = "soon" });
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_value_comes_with_its_etag_and_metadata()
    {
        var store = new ScriptedStore { Item = Stored };
        await using var host = await StartAsync(store);

        var answer = await AskAsync<GetStateResponse>(host, "GetState", new GetStateRequest { StoreName = "s", Key = "k", Consistency = Options.Types.StateConsistency.ConsistencyStrong });

        Assert.Equal(("v", "7", "soon"), (answer.Data.ToStringUtf8(), answer.Etag, answer.Metadata["ttlExpireTime"]));
        Assert.Equal(("app||k", "strong"), (store.Reads[0].Key, store.Reads[0].Consistency));
    }

    [Fact]
    public async Task A_missing_value_is_an_empty_answer()
    {
        await using var host = await StartAsync(new ScriptedStore());

        Assert.Equal(new GetStateResponse(), await AskAsync<GetStateResponse>(host, "GetState", new GetStateRequest { StoreName = "s", Key = "" }));
    }

    [Fact]
    public async Task Many_values_come_under_their_own_keys()
    {
        await using var host = await StartAsync(new ScriptedStore { Item = Stored });

        var answer = await AskAsync<GetBulkStateResponse>(host, "GetBulkState", new GetBulkStateRequest { StoreName = "s", Keys = { "a", "b" } });

        Assert.Equal([("a", "7"), ("b", "")], answer.Items.Select(item => (item.Key, item.Etag)));
    }

    [Fact]
    public async Task What_is_saved_keeps_its_bytes_and_options()
    {
        var store = new ScriptedStore();
        await using var host = await StartAsync(store);
        var item = new Protos.StateItem
        {
            Key = "k",
            Value = ByteString.CopyFrom(0xff, 0x00),
            Etag = new Etag { Value = "3" },
            Options = new Options { Concurrency = Options.Types.StateConcurrency.ConcurrencyFirstWrite, Consistency = Options.Types.StateConsistency.ConsistencyEventual },
            Metadata = { ["ttlInSeconds"] = "5" },
        };

        await AskAsync<Empty>(host, "SaveState", new SaveStateRequest { StoreName = "s", States = { item } });

        var write = Assert.Single(store.Writes);
        Assert.Equal(("app||k", "3", "first-write", "eventual", "5"), (write.Key, write.ETag, write.Concurrency, write.Consistency, write.Metadata!["ttlInSeconds"]));
        Assert.Equal((false, "ff00"), (write.Value.IsJson, Convert.ToHexStringLower(write.Value.Bytes.Span)));
    }

    [Theory]
    [InlineData(" { \"b\" : 1.0, \"a\":\"<\" } ", "{\"a\":\"\\u003c\",\"b\":1}")]
    [InlineData("12345678901234567890", "12345678901234567000")]
    public async Task A_value_that_says_it_is_JSON_is_decoded(string sent, string kept)
    {
        var store = new ScriptedStore();
        await using var host = await StartAsync(store);

        await AskAsync<Empty>(host, "SaveState", SaveJson(sent));

        Assert.Equal((true, kept), (store.Writes[0].Value.IsJson, Encoding.UTF8.GetString(store.Writes[0].Value.Bytes.Span)));
    }

    [Theory]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("{\"a\"", "unexpected end of JSON input")]
    [InlineData("nope", "invalid character 'o' in literal null (expecting 'u')")]
    [InlineData("1 x", "invalid character 'x' after top-level value")]
    public async Task A_value_that_only_says_it_is_JSON_is_refused(string sent, string words)
    {
        await using var host = await StartAsync(new ScriptedStore());

        var refusal = await RefusalAsync(host, "SaveState", SaveJson(sent));

        Assert.Equal((GrpcCode.Unknown, words, null), (refusal.Code, refusal.Message, refusal.Details));
    }

    [Theory]
    [InlineData(StateFailure.ETagMismatch, GrpcCode.Aborted, "possible etag mismatch. error from state store: lost")]
    [InlineData(StateFailure.ETagInvalid, GrpcCode.InvalidArgument, "invalid etag value: lost")]
    [InlineData(StateFailure.Refused, GrpcCode.Internal, "lost")]
    public async Task A_refusal_of_the_store_has_a_code_and_a_reason(StateFailure failure, GrpcCode code, string words)
    {
        await using var host = await StartAsync(new ScriptedStore { Failure = new StateException(failure, "lost") });
        var item = new Protos.StateItem { Key = "k" };

        var save = await RefusalAsync(host, "SaveState", new SaveStateRequest { StoreName = "s", States = { item } });
        var delete = await RefusalAsync(host, "DeleteState", new DeleteStateRequest { StoreName = "s", Key = "k" });
        var transaction = await RefusalAsync(
            host, "ExecuteStateTransaction", new ExecuteStateTransactionRequest { StoreName = "s", Operations = { new TransactionalStateOperation { OperationType = "upsert", Request = item } } });

        Assert.Equal((code, $"failed saving state in state store s: {words}", "ERR_STATE_SAVE"), (save.Code, save.Message, OnlyReason(save)));
        Assert.Equal((code, $"failed deleting state with key k: {words}", "ERR_STATE_DELETE"), (delete.Code, delete.Message, OnlyReason(delete)));
        Assert.Equal((GrpcCode.Internal, $"error while executing state transaction: {words}", "ERR_STATE_TRANSACTION"), (transaction.Code, transaction.Message, OnlyReason(transaction)));
    }

    [Fact]
    public async Task A_bulk_get_that_fails_says_what_the_store_said_and_no_more()
    {
        await using var host = await StartAsync(new ScriptedStore { Failure = new InvalidOperationException("gone") });

        var refusal = await RefusalAsync(host, "GetBulkState", new GetBulkStateRequest { StoreName = "s", Keys = { "a" } });

        Assert.Equal((GrpcCode.Unknown, "gone", null), (refusal.Code, refusal.Message, refusal.Details));
    }

    [Fact]
    public async Task An_unknown_store_is_refused_without_the_apps_name()
    {
        await using var host = await StartAsync(new ScriptedStore());

        var refusal = await RefusalAsync(host, "GetState", new GetStateRequest { StoreName = "nope", Key = "k" });

        Assert.Equal((GrpcCode.InvalidArgument, "state store nope is not found", "DAPR_STATE_NOT_FOUND"), (refusal.Code, refusal.Message, OnlyReason(refusal)));
    }

    [Fact]
    public async Task An_empty_key_cannot_be_saved_but_asked_for_and_deleted()
    {
        await using var host = await StartAsync(new ScriptedStore());

        var refusal = await RefusalAsync(host, "SaveState", new SaveStateRequest { StoreName = "s", States = { new Protos.StateItem() } });

        Assert.Equal((GrpcCode.InvalidArgument, "state key cannot be empty", "ERR_STATE_SAVE"), (refusal.Code, refusal.Message, OnlyReason(refusal)));
        await AskAsync<Empty>(host, "DeleteState", new DeleteStateRequest { StoreName = "s" });
    }

    [Fact]
    public async Task An_illegal_key_names_the_field_the_store_and_the_reason()
    {
        await using var host = await StartAsync(new ScriptedStore());

        var refusal = await RefusalAsync(host, "GetState", new GetStateRequest { StoreName = "s", Key = "a||b" });

        Assert.Equal((GrpcCode.InvalidArgument, "input key/keyPrefix 'a||b' can't contain '||'"), (refusal.Code, refusal.Message));
        Assert.Equal(["BadRequest", "ResourceInfo", "ErrorInfo"], refusal.Details!.Details.Select(detail => detail.TypeUrl.Split('.')[^1]));
    }

    [Fact]
    public async Task A_transaction_holds_upserts_and_deletes_in_order()
    {
        var store = new ScriptedStore();
        await using var host = await StartAsync(store);
        var operations = new[] { ("upsert", "a"), ("delete", "b") }
            .Select(operation => new TransactionalStateOperation { OperationType = operation.Item1, Request = new Protos.StateItem { Key = operation.Item2, Value = ByteString.CopyFromUtf8("1") } });

        await AskAsync<Empty>(host, "ExecuteStateTransaction", new ExecuteStateTransactionRequest { StoreName = "s", Operations = { operations } });

        Assert.Equal([("app||a", false), ("app||b", true)], store.Writes.Select(write => (write.Key, write.IsDelete)));
    }

    [Fact]
    public async Task An_unknown_operation_and_a_store_without_transactions_are_unimplemented()
    {
        var request = new ExecuteStateTransactionRequest { StoreName = "s", Operations = { new TransactionalStateOperation { OperationType = "insert" } } };
        await using var host = await StartAsync(new ScriptedStore());
        await using var plain = await StartAsync(new ScriptedStore { Features = StateFeatures.ETag });

        var unknown = await RefusalAsync(host, "ExecuteStateTransaction", request);
        var unsupported = await RefusalAsync(plain, "ExecuteStateTransaction", request);

        Assert.Equal((GrpcCode.Unimplemented, "operation type insert not supported", "ERR_NOT_SUPPORTED_STATE_OPERATION"), (unknown.Code, unknown.Message, OnlyReason(unknown)));
        Assert.Equal((GrpcCode.Unimplemented, "state store s doesn't support transactions"), (unsupported.Code, unsupported.Message));
        Assert.Equal(["Help", "ResourceInfo", "ErrorInfo"], unsupported.Details!.Details.Select(detail => detail.TypeUrl.Split('.')[^1]));
    }

    private static SaveStateRequest SaveJson(string value) => new()
    {
        StoreName = "s",
        States = { new Protos.StateItem { Key = "k", Value = ByteString.CopyFromUtf8(value), Metadata = { ["contentType"] = "application/json" } } },
    };

    private static Task<GrpcHost> StartAsync(ScriptedStore store)
    {
        var component = new StateComponent("s", store, new StateKeys("", "s", "app", ""), Policy.None);
        return GrpcHost.StartAsync(new StateGrpc(new StateApi("app", new Dictionary<string, StateComponent> { ["s"] = component })).Register);
    }

    private static async Task<T> AskAsync<T>(GrpcHost host, string method, IMessage request)
        where T : class, IMessage<T>, new() => (await host.AskAsync<T>(GrpcMethods.Dapr + method, request)).Message;

    private static Task<GrpcException> RefusalAsync(GrpcHost host, string method, IMessage request) =>
        Assert.ThrowsAsync<GrpcException>(async () => await host.AskAsync<Empty>(GrpcMethods.Dapr + method, request));

    private static string OnlyReason(GrpcException refusal)
    {
        var info = Assert.Single(refusal.Details!.Details).Unpack<Protos.Rpc.ErrorInfo>();
        Assert.Equal("dapr.io", info.Domain);
        Assert.Empty(info.Metadata);
        return info.Reason;
    }
}
