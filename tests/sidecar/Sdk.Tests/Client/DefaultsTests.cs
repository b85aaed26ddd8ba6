using Dapr;
using Dapr.Client;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sdk.Tests.Ground;

namespace Sdk.Tests.Client;

/// <summary>Where a client finds its sidecar.</summary>
public sealed class DefaultsTests(Rig rig)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, null, "http://localhost:3500/", "http://localhost:50001/")]
    [InlineData("7", null, "http://localhost:7/", "http://localhost:7/")]
    [InlineData("7", "https://far:8/path?q=1", "https://far:8/", "https://far:8/")]
    public void An_endpoint_wins_over_a_port(string? port, string? endpoint, string http, string grpc)
    {
        var settings = Settings(
            (DaprDefaults.DaprHttpPortEnvironmentVariableName, port ?? "3500"),
            (DaprDefaults.DaprGrpcPortEnvironmentVariableName, port ?? "50001"),
            (DaprDefaults.DaprHttpEndpointEnvironmentVariableName, endpoint ?? ""),
            (DaprDefaults.DaprGrpcEndpointEnvironmentVariableName, endpoint ?? ""));
        Assert.Equal((http, grpc), (DaprDefaults.GetDefaultHttpEndpoint(settings), DaprDefaults.GetDefaultGrpcEndpoint(settings)));
    }

    [Fact]
    public void The_environment_is_asked_where_the_configuration_is_silent()
    {
        Assert.Equal($"http://localhost:{rig.Sidecar.HttpPort}/", DaprDefaults.GetDefaultHttpEndpoint());
        Assert.Equal($"http://localhost:{rig.Sidecar.GrpcPort}/", DaprDefaults.GetDefaultGrpcEndpoint(Settings()));
        Assert.Equal("", DaprDefaults.GetDefaultDaprApiToken(null));
        Assert.Equal("app", DaprDefaults.GetDefaultAppApiToken(Settings((DaprDefaults.AppApiTokenEnvironmentVariableName, "app"))));
    }

    [Fact]
    public void A_port_that_is_no_number_is_refused_even_with_an_endpoint() =>
        Assert.Throws<FormatException>(() => DaprDefaults.GetDefaultHttpEndpoint(Settings(("DAPR_HTTP_PORT", "x"), ("DAPR_HTTP_ENDPOINT", "http://far"))));

    [Fact]
    public void A_client_of_the_factory_knows_endpoint_and_token()
    {
        using var services = new ServiceCollection().AddHttpClient().BuildServiceProvider();
        using var http = DaprDefaults.CreateDefaultHttpClient(services.GetRequiredService<IHttpClientFactory>(), Settings(("DAPR_HTTP_ENDPOINT", "http://far:8"), ("DAPR_API_TOKEN", "sesame")));
        Assert.Equal("http://far:8/", http.BaseAddress!.AbsoluteUri);
        Assert.Equal("sesame", Assert.Single(http.DefaultRequestHeaders.GetValues("dapr-api-token")));
    }

    [Fact]
    public void An_endpoint_must_be_of_HTTP()
    {
        Assert.Throws<InvalidOperationException>(() => new DaprClientBuilder().UseGrpcEndpoint("grpc://h:5").Build());
        Assert.Throws<InvalidOperationException>(() => new DaprClientBuilder().UseHttpEndpoint("ftp://h:5").Build());
        Assert.Throws<ArgumentException>(() => new DaprClientBuilder().UseHttpEndpoint(""));
        Assert.Throws<ArgumentNullException>(() => new DaprClientBuilder().UseGrpcEndpoint(null!));
    }

    [Fact]
    public async Task A_registered_client_takes_configuration_and_callbacks()
    {
        var settings = Settings(("DAPR_HTTP_ENDPOINT", rig.Sidecar.HttpEndpoint), ("DAPR_GRPC_ENDPOINT", rig.Sidecar.GrpcEndpoint));
        var services = new ServiceCollection().AddSingleton<IConfiguration>(settings);
        services.AddDaprClient((_, builder) => builder.UseTimeout(TimeSpan.FromSeconds(9)), ServiceLifetime.Scoped);
        services.AddDaprClient(builder => builder.UseGrpcEndpoint("grpc://never"));
        await using var provider = services.BuildServiceProvider();
        await using var scope = provider.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<DaprClient>();
        Assert.Equal(Rig.AppId, (await client.GetMetadataAsync(Cancellation)).Id);
        Assert.Equal(System.Text.Json.JsonNamingPolicy.CamelCase, client.JsonSerializerOptions.PropertyNamingPolicy);
    }

    [Fact]
    public async Task Values_are_written_as_the_JSON_options_say()
    {
        var key = Rig.Key();
        using var client = new DaprClientBuilder().UseJsonSerializationOptions(new System.Text.Json.JsonSerializerOptions()).Build();
        await client.SaveStateAsync(Components.Memory, key, new Order(1), cancellationToken: Cancellation);
        Assert.Equal("""{"OrderId":1,"Name":null}"""u8.ToArray(), (await rig.Client.GetByteStateAsync(Components.Memory, key, cancellationToken: Cancellation)).ToArray());
    }

    [Fact]
    public async Task The_timeout_is_for_HTTP_alone()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var client = new DaprClientBuilder().UseHttpEndpoint($"http://{listener.LocalEndpoint}").UseTimeout(TimeSpan.FromMilliseconds(30)).UseGrpcChannelOptions(new GrpcChannelOptions()).Build();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.CheckHealthAsync(Cancellation));
    }

    private static IConfiguration Settings(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
}
