using Dapr.Wire;

namespace Dapr.Client;

/// <summary>Turns requests to <c>http://{app}/{path}</c> into calls of that app through the sidecar.</summary>
public class InvocationHandler : DelegatingHandler
{
    private readonly string? token;
    private Uri endpoint;

    /// <summary>A handler with the endpoint and token of the environment.</summary>
    public InvocationHandler()
        : this(DaprDefaults.GetDefaultDaprApiToken(null))
    {
    }

    internal InvocationHandler(string? token)
    {
        this.token = token;
        endpoint = new Uri(DaprDefaults.GetDefaultHttpEndpoint());
    }

    /// <summary>The sidecar's HTTP endpoint.</summary>
    public string DaprEndpoint
    {
        get => endpoint.OriginalString;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            endpoint = Checked(new Uri(value));
        }
    }

    /// <summary>An app id to use as it is written, where an address has lost its capital letters.</summary>
    public string? DefaultAppId { get; set; }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var asked = request.RequestUri;
        request.RequestUri = Rewritten(asked);
        var hasToken = !string.IsNullOrEmpty(token) && request.Headers.TryAddWithoutValidation(WireFields.TokenName, token);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            request.RequestUri = asked;
            if (hasToken)
            {
                request.Headers.Remove(WireFields.TokenName);
            }
        }
    }

    internal Uri Rewritten(Uri? asked)
    {
        if (asked is not { IsAbsoluteUri: true } || !IsHttp(asked))
        {
            throw new ArgumentException($"The request URI '{asked}' is not a valid Dapr service invocation destination.", nameof(asked));
        }

        var app = string.Equals(asked.Host, DefaultAppId, StringComparison.OrdinalIgnoreCase) ? DefaultAppId : asked.Host;
        return new UriBuilder(endpoint) { Path = $"/v1.0/invoke/{app}/method{asked.AbsolutePath}", Query = asked.Query }.Uri;
    }

    private static Uri Checked(Uri address) => IsHttp(address) ? address : throw new ArgumentException("The URI scheme of the Dapr endpoint must be http or https.", nameof(address));

    private static bool IsHttp(Uri address) => address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps;
}
