namespace Dapr.Client;

public abstract partial class DaprClient
{
    /// <summary>Has a binding do something with data.</summary>
    public abstract Task InvokeBindingAsync<TRequest>(string bindingName, string operation, TRequest data, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default);

    /// <summary>Has a binding do something with data and answer.</summary>
    public abstract Task<TResponse> InvokeBindingAsync<TRequest, TResponse>(string bindingName, string operation, TRequest data, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default);

    /// <summary>Has a binding do something with bytes and answer with bytes.</summary>
    public abstract Task<BindingResponse> InvokeBindingAsync(BindingRequest request, CancellationToken cancellationToken = default);
}
