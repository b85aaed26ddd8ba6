using Dapr.Wire;
using Google.Protobuf;

namespace Dapr.Client;

internal sealed partial class GrpcDaprClient
{
    private const string BindingFailed = "Binding operation failed: the Dapr endpoint indicated a failure. See InnerException for details.";
    private const string BindingUnreadable = "Binding operation failed: the response payload could not be deserialized. See InnerException for details.";
    private static readonly WireMethod<Protos.InvokeBindingResponse> InvokeBinding = new("/dapr.proto.runtime.v1.Dapr/InvokeBinding", Protos.InvokeBindingResponse.Parser);

    public override Task InvokeBindingAsync<TRequest>(string bindingName, string operation, TRequest data, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        BindAsync(bindingName, operation, ToJson(data), metadata, cancellationToken).AsTask();

    public override async Task<TResponse> InvokeBindingAsync<TRequest, TResponse>(string bindingName, string operation, TRequest data, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        var answer = await BindAsync(bindingName, operation, ToJson(data), metadata, cancellationToken);
        return FromJson<TResponse>(answer.Data, BindingUnreadable);
    }

    public override async Task<BindingResponse> InvokeBindingAsync(BindingRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var answer = await BindAsync(request.BindingName, request.Operation, UnsafeByteOperations.UnsafeWrap(request.Data), request.Metadata, cancellationToken);
        return new BindingResponse(request, answer.Data.Memory, Copy(answer.Metadata));
    }

    private ValueTask<Protos.InvokeBindingResponse> BindAsync(string bindingName, string operation, ByteString data, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(bindingName);
        ArgumentException.ThrowIfNullOrEmpty(operation);
        var request = new Protos.InvokeBindingRequest { Name = bindingName, Operation = operation, Data = data };
        Fill(request.Metadata, metadata);
        return AskAsync(InvokeBinding, request, BindingFailed, cancellationToken);
    }
}
