using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Dapr;

/// <summary>Where the sidecar is and which tokens are used, from the configuration or else the environment.</summary>
public static class DaprDefaults
{
    /// <summary>The variable of the token that the sidecar asks for.</summary>
    public const string DaprApiTokenEnvironmentVariableName = "DAPR_API_TOKEN";

    /// <summary>The variable of the token that the app asks for.</summary>
    public const string AppApiTokenEnvironmentVariableName = "APP_API_TOKEN";

    /// <summary>The variable of the sidecar's HTTP endpoint.</summary>
    public const string DaprHttpEndpointEnvironmentVariableName = "DAPR_HTTP_ENDPOINT";

    /// <summary>The variable of the sidecar's HTTP port.</summary>
    public const string DaprHttpPortEnvironmentVariableName = "DAPR_HTTP_PORT";

    /// <summary>The variable of the sidecar's gRPC endpoint.</summary>
    public const string DaprGrpcEndpointEnvironmentVariableName = "DAPR_GRPC_ENDPOINT";

    /// <summary>The variable of the sidecar's gRPC port.</summary>
    public const string DaprGrpcPortEnvironmentVariableName = "DAPR_GRPC_PORT";

    /// <summary>The scheme of an endpoint made from a port.</summary>
    public const string DefaultDaprScheme = "http";

    /// <summary>The host of an endpoint made from a port.</summary>
    public const string DefaultDaprHost = "localhost";

    /// <summary>The HTTP port unless told otherwise.</summary>
    public const int DefaultHttpPort = 3500;

    /// <summary>The gRPC port unless told otherwise.</summary>
    public const int DefaultGrpcPort = 50001;

    /// <summary>The token that the sidecar asks for, or an empty text.</summary>
    public static string GetDefaultDaprApiToken(IConfiguration? configuration) => Setting(configuration, DaprApiTokenEnvironmentVariableName) ?? "";

    /// <summary>The token that the app asks for, or an empty text.</summary>
    public static string GetDefaultAppApiToken(IConfiguration? configuration) => Setting(configuration, AppApiTokenEnvironmentVariableName) ?? "";

    /// <summary>A client for the sidecar's HTTP port, with the token if there is one.</summary>
    public static HttpClient CreateDefaultHttpClient(IHttpClientFactory httpClientFactory, IConfiguration? configuration = null)
    {
        ArgumentNullException.ThrowIfNull(httpClientFactory);
        var client = httpClientFactory.CreateClient();
        client.BaseAddress = new Uri(GetDefaultHttpEndpoint(configuration));
        if (GetDefaultDaprApiToken(configuration) is { Length: > 0 } token)
        {
            client.DefaultRequestHeaders.Add(Wire.WireFields.TokenName, token);
        }

        return client;
    }

    /// <summary>The sidecar's HTTP endpoint.</summary>
    public static string GetDefaultHttpEndpoint(IConfiguration? configuration = null) =>
        Endpoint(configuration, DaprHttpEndpointEnvironmentVariableName, DaprHttpPortEnvironmentVariableName, DefaultHttpPort);

    /// <summary>The sidecar's gRPC endpoint.</summary>
    public static string GetDefaultGrpcEndpoint(IConfiguration? configuration = null) =>
        Endpoint(configuration, DaprGrpcEndpointEnvironmentVariableName, DaprGrpcPortEnvironmentVariableName, DefaultGrpcPort);

    private static string Endpoint(IConfiguration? configuration, string endpointName, string portName, int defaultPort)
    {
        var port = Setting(configuration, portName) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : defaultPort;
        if (Setting(configuration, endpointName) is not { Length: > 0 } endpoint)
        {
            return new UriBuilder(DefaultDaprScheme, DefaultDaprHost, port).ToString();
        }

        var address = new Uri(endpoint);
        return new UriBuilder(address.Scheme, address.Host, address.Port).ToString();
    }

    private static string? Setting(IConfiguration? configuration, string name) => configuration?[name] ?? Environment.GetEnvironmentVariable(name);
}
