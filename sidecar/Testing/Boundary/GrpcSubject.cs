using Google.Protobuf;
using Sidecar.Protos;

namespace Sidecar.Testing.Boundary;

/// <summary>Reads what a gRPC request is about. Methods that are not here pass as streams, without a look inside.</summary>
internal static class GrpcSubject
{
    private const string Dapr = "/dapr.proto.runtime.v1.Dapr/";
    private const int Head = 5;

    public static string NameOf(string path) => path.StartsWith(Dapr, StringComparison.Ordinal) ? path[Dapr.Length..].Replace("Alpha1", "", StringComparison.Ordinal) : path;

    public static bool IsUnary(string name) => name is Call.GetState or Call.GetBulkState or Call.SaveState or Call.DeleteState or Call.DeleteBulkState or Call.ExecuteStateTransaction
        or Call.QueryState or Call.PublishEvent or Call.BulkPublishEvent or Call.InvokeService or Call.InvokeBinding or Call.GetSecret or Call.GetBulkSecret or Call.GetMetadata
        or Call.SetMetadata or Call.Shutdown;

    public static CallSubject Read(string path, ReadOnlySpan<byte> body)
    {
        var name = NameOf(path);
        if (body.Length < Head || body[0] != 0)
        {
            return new CallSubject(name);
        }

        try
        {
            return Parse(name, body[Head..]);
        }
        catch (InvalidProtocolBufferException)
        {
            return new CallSubject(name);
        }
    }

    private static CallSubject Parse(string name, ReadOnlySpan<byte> message) => name switch
    {
        Call.GetState => Of(GetStateRequest.Parser.ParseFrom(message), got => new CallSubject(name, got.StoreName) { Keys = [got.Key] }),
        Call.GetBulkState => Of(GetBulkStateRequest.Parser.ParseFrom(message), got => new CallSubject(name, got.StoreName) { Keys = got.Keys }),
        Call.SaveState => Of(SaveStateRequest.Parser.ParseFrom(message), saved => CallSubject.Writing(name, saved.StoreName, [.. saved.States.Select(item => new Written(item.Key, item.Value.Memory))])),
        Call.DeleteState => Of(DeleteStateRequest.Parser.ParseFrom(message), deleted => CallSubject.Writing(name, deleted.StoreName, [new Written(deleted.Key, null)])),
        Call.DeleteBulkState => Of(DeleteBulkStateRequest.Parser.ParseFrom(message), deleted => CallSubject.Writing(name, deleted.StoreName, [.. deleted.States.Select(item => new Written(item.Key, null))])),
        Call.ExecuteStateTransaction => Of(
            ExecuteStateTransactionRequest.Parser.ParseFrom(message),
            transaction => CallSubject.Writing(name, transaction.StoreName, [.. transaction.Operations.Select(Operation)])),
        Call.QueryState => new CallSubject(name, QueryStateRequest.Parser.ParseFrom(message).StoreName),
        Call.PublishEvent => Of(PublishEventRequest.Parser.ParseFrom(message), published => new CallSubject(name, published.PubsubName, published.Topic)),
        Call.BulkPublishEvent => Of(BulkPublishRequest.Parser.ParseFrom(message), published => new CallSubject(name, published.PubsubName, published.Topic)),
        Call.InvokeService => Of(InvokeServiceRequest.Parser.ParseFrom(message), invoked => new CallSubject(name, invoked.Id) { Keys = [invoked.Message.Method] }),
        Call.InvokeBinding => new CallSubject(name, InvokeBindingRequest.Parser.ParseFrom(message).Name),
        Call.GetSecret => Of(GetSecretRequest.Parser.ParseFrom(message), asked => new CallSubject(name, asked.StoreName) { Keys = [asked.Key] }),
        Call.GetBulkSecret => new CallSubject(name, GetBulkSecretRequest.Parser.ParseFrom(message).StoreName),
        _ => new CallSubject(name),
    };

    private static Written Operation(TransactionalStateOperation operation) => new(operation.Request.Key, operation.OperationType == "delete" ? null : operation.Request.Value.Memory);

    private static CallSubject Of<T>(T message, Func<T, CallSubject> read) => read(message);
}
