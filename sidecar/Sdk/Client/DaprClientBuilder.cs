#nullable disable
using System.Text.Json;
using Dapr.Wire;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;

namespace Dapr.Client;

/// <summary>Makes a <see cref="DaprClient"/>; what is not said comes from the environment.</summary>
public sealed class DaprClientBuilder
{
    private string httpEndpoint;
    private string grpcEndpoint;
    private string token;
    private JsonSerializerOptions json = new(JsonSerializerDefaults.Web);
    private GrpcChannelOptions channelOptions = new() { ThrowOperationCanceledOnCancellation = true };
    private TimeSpan? timeout;

    /// <summary>A builder that knows what the environment says.</summary>
    public DaprClientBuilder()
        : this(null)
    {
    }

    internal DaprClientBuilder(IConfiguration configuration)
    {
        httpEndpoint = DaprDefaults.GetDefaultHttpEndpoint(configuration);
        grpcEndpoint = DaprDefaults.GetDefaultGrpcEndpoint(configuration);
        token = DaprDefaults.GetDefaultDaprApiToken(configuration);
    }

    /// <summary>The sidecar's HTTP endpoint.</summary>
    public DaprClientBuilder UseHttpEndpoint(string httpEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(httpEndpoint);
        this.httpEndpoint = httpEndpoint;
        return this;
    }

    /// <summary>The sidecar's gRPC endpoint.</summary>
    public DaprClientBuilder UseGrpcEndpoint(string grpcEndpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(grpcEndpoint);
        this.grpcEndpoint = grpcEndpoint;
        return this;
    }

    /// <summary>How values become JSON.</summary>
    public DaprClientBuilder UseJsonSerializationOptions(JsonSerializerOptions options)
    {
        json = options;
        return this;
    }

    /// <summary>How the client reaches the sidecar over gRPC.</summary>
    public DaprClientBuilder UseGrpcChannelOptions(GrpcChannelOptions grpcChannelOptions)
    {
        channelOptions = grpcChannelOptions;
        return this;
    }

    /// <summary>The token that the sidecar asks for.</summary>
    public DaprClientBuilder UseDaprApiToken(string apiToken)
    {
        token = apiToken;
        return this;
    }

    /// <summary>How long a call over HTTP may take; calls over gRPC take as long as their callers wait.</summary>
    public DaprClientBuilder UseTimeout(TimeSpan timeout)
    {
        this.timeout = timeout;
        return this;
    }

    /// <summary>The client.</summary>
    public DaprClient Build()
    {
        var grpc = Checked(grpcEndpoint, "gRPC");
        var http = Checked(httpEndpoint, "HTTP");
        var client = new HttpClient();
        if (timeout > TimeSpan.Zero)
        {
            client.Timeout = timeout.Value;
        }

        return new GrpcDaprClient(new WireChannel(grpc, channelOptions), client, http, json, token);
    }

    private static Uri Checked(string endpoint, string kind)
    {
        var address = new Uri(endpoint);
        return address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps
            ? address
            : throw new InvalidOperationException($"The {kind} endpoint must use http or https.");
    }
}
