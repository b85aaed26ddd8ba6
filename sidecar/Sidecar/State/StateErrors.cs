using Sidecar.Errors;

namespace Sidecar.State;

/// <summary>Every "no" of the state API, with Dapr's codes and words.</summary>
public static class StateErrors
{
    private const int Bad = 400;
    private const int Failed = 500;
    private const string Malformed = "ERR_MALFORMED_REQUEST";

    public static ApiException NotConfigured(string store, string appId) => new(
        Failed, GrpcCode.FailedPrecondition, "ERR_STATE_STORE_NOT_CONFIGURED", $"state store {store} is not configured", Info("DAPR_STATE_NOT_CONFIGURED", App(appId)));

    public static ApiException NotFound(string store, string appId) => new(
        Bad, GrpcCode.InvalidArgument, "ERR_STATE_STORE_NOT_FOUND", $"state store {store} is not found", Info("DAPR_STATE_NOT_FOUND", App(appId)));

    public static ApiException IllegalKey(string store, string key, bool isHttp, string? field = null)
    {
        var reason = $"input key/keyPrefix '{key}' can't contain '{StateKeys.Separator}'";
        // Over HTTP the error is wrapped once more, and its text carries the first wrapping along.
        var message = isHttp ? $"api error: code = InvalidArgument desc = {reason}" : reason;
        return new(Bad, GrpcCode.InvalidArgument, Malformed, message, new FieldViolation(field ?? key, message), Store(store), Info("DAPR_STATE_ILLEGAL_KEY"));
    }

    public static ApiException Malformed400(string reason) => new(Bad, GrpcCode.InvalidArgument, Malformed, reason);

    public static ApiException MalformedBody(string reason) => Malformed400($"failed deserializing HTTP body: {reason}");

    public static ApiException KeyRequired() => Malformed400("\"key\" is a required field");

    public static ApiException Get(string store, string key, string reason) => new(
        Failed, GrpcCode.Internal, "ERR_STATE_GET", $"fail to get {key} from state store {store}: {reason}");

    public static ApiException BulkGet(string reason) => new(Failed, GrpcCode.Internal, "ERR_STATE_BULK_GET", reason);

    public static ApiException Save(string store, Exception problem) =>
        Write("ERR_STATE_SAVE", $"failed saving state in state store {store}: {problem.Message}", problem);

    public static ApiException Delete(string key, Exception problem) =>
        Write("ERR_STATE_DELETE", $"failed deleting state with key {key}: {problem.Message}", problem);

    public static ApiException BulkDelete(string store, Exception problem) =>
        Write("ERR_STATE_BULK_DELETE", $"failed deleting state in state store {store}: {problem.Message}", problem);

    public static ApiException Transaction(string reason) => new(
        Failed, GrpcCode.Internal, "ERR_STATE_TRANSACTION", $"error while executing state transaction: {reason}");

    public static ApiException TransactionsNotSupported(string store) => new(
        Failed,
        GrpcCode.Unimplemented,
        "ERR_STATE_STORE_NOT_SUPPORTED",
        $"state store {store} doesn't support transactions",
        new HelpLink("https://docs.dapr.io/reference/components-reference/supported-state-stores/", "Check the list of state stores and the features they support"),
        Store(store),
        Info("DAPR_STATE_TRANSACTIONS_NOT_SUPPORTED"));

    public static ApiException UnknownOperation(string operation) => new(
        Bad, GrpcCode.Unimplemented, "ERR_NOT_SUPPORTED_STATE_OPERATION", $"operation type {operation} not supported");

    public static ApiException Query(StateComponent store) =>
        store.Store.QueryRefusal is { } reason ? QueryFailed(store.Name, reason) : QueryUnsupported(store.Name);

    public static ApiException QueryUnsupported(string store) => new(
        Failed, GrpcCode.Internal, "ERR_STATE_STORE_NOT_SUPPORTED", "state store does not support querying", Store(store), Info("DAPR_STATE_QUERYING_NOT_SUPPORTED"));

    public static ApiException QueryFailed(string store, string reason) => new(
        Failed, GrpcCode.Internal, "ERR_STATE_QUERY", $"state store {store} query failed: {reason}", Store(store), Info("DAPR_STATE_QUERY_FAILED"));

    private static ApiException Write(string code, string message, Exception problem) => (problem as StateException)?.Failure switch
    {
        StateFailure.ETagMismatch => new(409, GrpcCode.Aborted, code, message),
        StateFailure.ETagInvalid => new(Bad, GrpcCode.InvalidArgument, code, message),
        _ => new(Failed, GrpcCode.Internal, code, message),
    };

    private static ErrorInfo Info(string reason, IReadOnlyDictionary<string, string>? metadata = null) => new(reason, metadata);

    private static ResourceInfo Store(string name) => new("state", name);

    private static Dictionary<string, string> App(string appId) => new(StringComparer.Ordinal) { ["appID"] = appId };
}
