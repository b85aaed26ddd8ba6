using System.Net.Http.Json;
using System.Text.Json;

namespace Dapr.Client;

internal sealed partial class GrpcDaprClient
{
    private static readonly HttpRequestOptionsKey<string> AppIdKey = new("dapr-app-id");
    private static readonly HttpRequestOptionsKey<string> MethodNameKey = new("dapr-method-name");

    public override HttpClient CreateInvokableHttpClient(string? appId = null) => CreateInvokeHttpClient(appId, httpEndpoint.AbsoluteUri, token);

    public override HttpRequestMessage CreateInvokeMethodRequest(HttpMethod httpMethod, string appId, string methodName) =>
        CreateInvokeMethodRequest(httpMethod, appId, methodName, []);

    public override HttpRequestMessage CreateInvokeMethodRequest(HttpMethod httpMethod, string appId, string methodName, IReadOnlyCollection<KeyValuePair<string, string>> queryStringParameters)
    {
        ArgumentNullException.ThrowIfNull(httpMethod);
        ArgumentException.ThrowIfNullOrEmpty(appId);
        ArgumentNullException.ThrowIfNull(methodName);
        var path = $"/v1.0/invoke/{appId}/method/{methodName.TrimStart('/')}";
        var request = new HttpRequestMessage(httpMethod, new Uri(httpEndpoint, WithQuery(path, queryStringParameters)));
        request.Options.Set(AppIdKey, appId);
        request.Options.Set(MethodNameKey, methodName);
        AddToken(request);
        return request;
    }

    public override HttpRequestMessage CreateInvokeMethodRequest<TRequest>(HttpMethod httpMethod, string appId, string methodName, IReadOnlyCollection<KeyValuePair<string, string>> queryStringParameters, TRequest data)
    {
        var request = CreateInvokeMethodRequest(httpMethod, appId, methodName, queryStringParameters);
        request.Content = JsonContent.Create(data, options: JsonSerializerOptions);
        return request;
    }

    [Obsolete("As declared.")]
    public override async Task<HttpResponseMessage> InvokeMethodWithResponseAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.RequestUri is not null && !httpEndpoint.IsBaseOf(request.RequestUri))
        {
            throw new InvalidOperationException("The provided request URI is not a Dapr service invocation URI.");
        }

        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException problem)
        {
            throw FailureOf(request, problem, null);
        }
    }

    [Obsolete("As declared.")]
    public override async Task InvokeMethodAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        var response = await InvokeMethodWithResponseAsync(request, cancellationToken);
        ThrowUnlessDone(request, response);
        response.Dispose();
    }

    [Obsolete("As declared.")]
    public override async Task<TResponse> InvokeMethodAsync<TResponse>(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        var response = await InvokeMethodWithResponseAsync(request, cancellationToken);
        ThrowUnlessDone(request, response);
        try
        {
            var answer = await response.Content.ReadFromJsonAsync<TResponse>(JsonSerializerOptions, cancellationToken);
            response.Dispose();
            return answer!;
        }
        catch (Exception problem) when (problem is HttpRequestException or JsonException)
        {
            throw FailureOf(request, problem, response);
        }
    }

    private static void ThrowUnlessDone(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
        {
            var problem = new HttpRequestException($"Response status code does not indicate success: {(int)response.StatusCode} ({response.ReasonPhrase}).", null, response.StatusCode);
            throw FailureOf(request, problem, response);
        }
    }

    private static InvocationException FailureOf(HttpRequestMessage request, Exception problem, HttpResponseMessage? response)
    {
        request.Options.TryGetValue(AppIdKey, out var appId);
        request.Options.TryGetValue(MethodNameKey, out var methodName);
        return new InvocationException(appId, methodName, problem, response);
    }

    private static string WithQuery(string path, IReadOnlyCollection<KeyValuePair<string, string>>? parameters)
    {
        if (parameters is null or { Count: 0 })
        {
            return path;
        }

        var query = string.Join('&', parameters.Select(parameter => $"{Uri.EscapeDataString(parameter.Key)}={Uri.EscapeDataString(parameter.Value)}"));
        return $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{query}";
    }
}
