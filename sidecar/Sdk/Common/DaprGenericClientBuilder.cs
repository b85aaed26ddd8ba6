using System.Text.Json;
using Dapr.Wire;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;

namespace Dapr.Common;

/// <summary>Makes a client of the sidecar; what is not said comes from the environment.</summary>
/// <typeparam name="TClientBuilder">The client.</typeparam>
public abstract class DaprGenericClientBuilder<TClientBuilder>
    where TClientBuilder : class, IDaprClient
{
    private string httpEndpoint = DaprDefaults.GetDefaultHttpEndpoint();
    private string grpcEndpoint = DaprDefaults.GetDefaultGrpcEndpoint();
    private GrpcChannelOptions channelOptions = new() { ThrowOperationCanceledOnCancellation = true };
    private Func<HttpClient>? newHttpClient;
    private TimeSpan timeout;

    /// <summary>A builder that knows what the environment says, and the token of the configuration.</summary>
    protected DaprGenericClientBuilder(IConfiguration? configuration = null)
    {
        DaprApiToken = DaprDefaults.GetDefaultDaprApiToken(configuration);
    }

    /// <summary>How values become JSON.</summary>
    public JsonSerializerOptions JsonSerializerOptions { get; private set; } = new(JsonSerializerDefaults.Web);

    /// <summary>The token that the sidecar asks for.</summary>
    public string DaprApiToken { get; private set; }

    /// <summary>The sidecar's HTTP endpoint.</summary>
    public DaprGenericClientBuilder<TClientBuilder> UseHttpEndpoint(string httpEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(httpEndpoint);
        this.httpEndpoint = httpEndpoint;
        return this;
    }

    /// <summary>Where HTTP clients come from.</summary>
    public DaprGenericClientBuilder<TClientBuilder> UseHttpClientFactory(IHttpClientFactory httpClientFactory)
    {
        newHttpClient = httpClientFactory.CreateClient;
        return this;
    }

    /// <summary>The sidecar's gRPC endpoint.</summary>
    public DaprGenericClientBuilder<TClientBuilder> UseGrpcEndpoint(string grpcEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(grpcEndpoint);
        this.grpcEndpoint = grpcEndpoint;
        return this;
    }

    /// <summary>How values become JSON.</summary>
    public DaprGenericClientBuilder<TClientBuilder> UseJsonSerializationOptions(JsonSerializerOptions options)
    {
        JsonSerializerOptions = options;
        return this;
    }

    /// <summary>How the client reaches the sidecar over gRPC.</summary>
    public DaprGenericClientBuilder<TClientBuilder> UseGrpcChannelOptions(GrpcChannelOptions grpcChannelOptions)
    {
        channelOptions = grpcChannelOptions;
        return this;
    }

    /// <summary>The token that the sidecar asks for.</summary>
    public DaprGenericClientBuilder<TClientBuilder> UseDaprApiToken(string apiToken)
    {
        DaprApiToken = apiToken;
        return this;
    }

    /// <summary>How long a call may take.</summary>
    public DaprGenericClientBuilder<TClientBuilder> UseTimeout(TimeSpan timeout)
    {
        this.timeout = timeout;
        return this;
    }

    /// <summary>The client.</summary>
    public abstract TClientBuilder Build();

    /// <summary>The way to the sidecar that was described.</summary>
    internal WireChannel NewChannel()
    {
        Check(httpEndpoint, "HTTP");
        var address = Check(grpcEndpoint, "gRPC");
        if (newHttpClient is null && timeout <= TimeSpan.Zero)
        {
            return new WireChannel(address, channelOptions);
        }

        var http = newHttpClient?.Invoke() ?? new HttpClient();
        if (timeout > TimeSpan.Zero)
        {
            http.Timeout = timeout;
        }

        channelOptions.HttpClient = http;
        channelOptions.HttpHandler = null;
        return new WireChannel(address, channelOptions);
    }

    private static Uri Check(string endpoint, string kind)
    {
        var address = new Uri(endpoint);
        return address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps
            ? address
            : throw new InvalidOperationException($"The {kind} endpoint must use http or https.");
    }
}
