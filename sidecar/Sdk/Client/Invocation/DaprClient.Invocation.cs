namespace Dapr.Client;

public abstract partial class DaprClient
{
    private const string UseHttpClient = "Use the HttpClient of CreateInvokableHttpClient or CreateInvokeHttpClient.";

    /// <summary>A client for calls to an app: its addresses are paths of the app, or name the app as their host.</summary>
    public static HttpClient CreateInvokeHttpClient(string? appId = null, string? daprEndpoint = null, string? daprApiToken = null)
    {
        var handler = new InvocationHandler(daprApiToken) { InnerHandler = new HttpClientHandler(), DefaultAppId = appId };
        if (daprEndpoint is not null)
        {
            handler.DaprEndpoint = daprEndpoint;
        }

        var client = new HttpClient(handler);
        client.DefaultRequestHeaders.UserAgent.Add(UserAgent());
        if (appId is not null)
        {
            try
            {
                client.BaseAddress = new Uri($"http://{appId}");
            }
            catch (UriFormatException problem)
            {
                client.Dispose();
                throw new ArgumentException("The appId must be a valid hostname.", nameof(appId), problem);
            }
        }

        return client;
    }

    /// <summary>A client for calls to an app, with this client's endpoint and token.</summary>
    public abstract HttpClient CreateInvokableHttpClient(string? appId = null);

    /// <summary>A POST to a method of an app.</summary>
    public HttpRequestMessage CreateInvokeMethodRequest(string appId, string methodName) => CreateInvokeMethodRequest(HttpMethod.Post, appId, methodName);

    /// <summary>A POST to a method of an app, with a query string.</summary>
    public HttpRequestMessage CreateInvokeMethodRequest(string appId, string methodName, IReadOnlyCollection<KeyValuePair<string, string>> queryStringParameters) =>
        CreateInvokeMethodRequest(HttpMethod.Post, appId, methodName, queryStringParameters);

    /// <summary>A request to a method of an app.</summary>
    public abstract HttpRequestMessage CreateInvokeMethodRequest(HttpMethod httpMethod, string appId, string methodName);

    /// <summary>A request to a method of an app, with a query string.</summary>
    public abstract HttpRequestMessage CreateInvokeMethodRequest(HttpMethod httpMethod, string appId, string methodName, IReadOnlyCollection<KeyValuePair<string, string>> queryStringParameters);

    /// <summary>A POST of data, as JSON, to a method of an app.</summary>
    public HttpRequestMessage CreateInvokeMethodRequest<TRequest>(string appId, string methodName, TRequest data) => CreateInvokeMethodRequest(HttpMethod.Post, appId, methodName, [], data);

    /// <summary>A request with data, as JSON, to a method of an app, with a query string.</summary>
    public abstract HttpRequestMessage CreateInvokeMethodRequest<TRequest>(HttpMethod httpMethod, string appId, string methodName, IReadOnlyCollection<KeyValuePair<string, string>> queryStringParameters, TRequest data);

    /// <summary>Sends a request to an app and gives its answer, whatever its status.</summary>
    [Obsolete(UseHttpClient)]
    public abstract Task<HttpResponseMessage> InvokeMethodWithResponseAsync(HttpRequestMessage request, CancellationToken cancellationToken = default);

    /// <summary>Sends a request to an app.</summary>
    [Obsolete(UseHttpClient)]
    public abstract Task InvokeMethodAsync(HttpRequestMessage request, CancellationToken cancellationToken = default);

    /// <summary>Sends a request to an app and reads its answer as JSON.</summary>
    [Obsolete(UseHttpClient)]
    public abstract Task<TResponse> InvokeMethodAsync<TResponse>(HttpRequestMessage request, CancellationToken cancellationToken = default);

    /// <summary>Posts to a method of an app.</summary>
    [Obsolete(UseHttpClient)]
    public Task InvokeMethodAsync(string appId, string methodName, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync(CreateInvokeMethodRequest(appId, methodName), cancellationToken);

    /// <summary>Calls a method of an app.</summary>
    [Obsolete(UseHttpClient)]
    public Task InvokeMethodAsync(HttpMethod httpMethod, string appId, string methodName, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync(CreateInvokeMethodRequest(httpMethod, appId, methodName), cancellationToken);

    /// <summary>Posts data to a method of an app.</summary>
    [Obsolete(UseHttpClient)]
    public Task InvokeMethodAsync<TRequest>(string appId, string methodName, TRequest data, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync(CreateInvokeMethodRequest(appId, methodName, data), cancellationToken);

    /// <summary>Calls a method of an app with data.</summary>
    [Obsolete(UseHttpClient)]
    public Task InvokeMethodAsync<TRequest>(HttpMethod httpMethod, string appId, string methodName, TRequest data, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync(CreateInvokeMethodRequest(httpMethod, appId, methodName, [], data), cancellationToken);

    /// <summary>Posts to a method of an app and reads its answer as JSON.</summary>
    [Obsolete(UseHttpClient)]
    public Task<TResponse> InvokeMethodAsync<TResponse>(string appId, string methodName, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync<TResponse>(CreateInvokeMethodRequest(appId, methodName), cancellationToken);

    /// <summary>Calls a method of an app and reads its answer as JSON.</summary>
    [Obsolete(UseHttpClient)]
    public Task<TResponse> InvokeMethodAsync<TResponse>(HttpMethod httpMethod, string appId, string methodName, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync<TResponse>(CreateInvokeMethodRequest(httpMethod, appId, methodName), cancellationToken);

    /// <summary>Posts data to a method of an app and reads its answer as JSON.</summary>
    [Obsolete(UseHttpClient)]
    public Task<TResponse> InvokeMethodAsync<TRequest, TResponse>(string appId, string methodName, TRequest data, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync<TResponse>(CreateInvokeMethodRequest(appId, methodName, data), cancellationToken);

    /// <summary>Calls a method of an app with data and reads its answer as JSON.</summary>
    [Obsolete(UseHttpClient)]
    public Task<TResponse> InvokeMethodAsync<TRequest, TResponse>(HttpMethod httpMethod, string appId, string methodName, TRequest data, CancellationToken cancellationToken = default) =>
        InvokeMethodAsync<TResponse>(CreateInvokeMethodRequest(httpMethod, appId, methodName, [], data), cancellationToken);
}
