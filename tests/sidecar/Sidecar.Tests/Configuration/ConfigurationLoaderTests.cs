using Sidecar.Configuration;
using Sidecar.Telemetry.Metrics;
using Sidecar.Tests.Components;

namespace Sidecar.Tests.Configuration;

public sealed class ConfigurationLoaderTests
{
    private readonly Dictionary<string, string> environment = [];

    [Fact]
    public void Without_a_file_Dapr_has_its_defaults()
    {
        var configuration = Load();

        Assert.True(configuration.Metrics.Enabled);
        Assert.True(configuration.Metrics.IncreasedCardinality);
        Assert.Equal("", configuration.Tracing.SamplingRate);
        Assert.Equal(["HotReload", "WorkflowsRemoteActivityReminder"], configuration.Features.Enabled);
        Assert.True(configuration.Secrets.Allow("vault", "anything"));
        Assert.False(configuration.DeniedComponents.Denies("state.redis", ""));
    }

    [Fact]
    public void All_sections_are_read()
    {
        var configuration = Load("""
            apiVersion: dapr.io/v1alpha1
            kind: Configuration
            metadata: { name: app }
            spec:
              tracing:
                samplingRate: 0.5
                stdout: true
                zipkin: { endpointAddress: http://localhost:9411/api/v2/spans }
                otel: { protocol: grpc, endpointAddress: localhost:4317, isSecure: false, headers: [a=b, "c = d=e"], timeout: 3s }
              metric:
                enabled: true
                recordErrorCodes: true
                latencyDistributionBuckets: [1, 5, 10]
                http: { increasedCardinality: false, pathMatching: ['/orders/{id}'], excludeVerbs: true }
                rules: [{ name: dapr_x, labels: [{ name: method, regex: { "orders/": "orders/.+" } }] }]
              logging: { apiLogging: { enabled: true, obfuscateURLs: true, omitHealthChecks: true } }
              nameResolution: { component: sqlite, version: v1, configuration: { connectionString: names.db, timeout: 5 } }
              components: { deny: [state.redis, pubsub.kafka/v2] }
              secrets: { scopes: [{ storeName: vault, defaultAccess: Deny, allowedSecrets: [one] }, { storeName: file, deniedSecrets: [two] }] }
              features: [{ name: HotReload, enabled: false }, { name: Extra, enabled: true }]
              workflow:
                maxConcurrentWorkflowInvocations: 7
                maxConcurrentActivityInvocations: 0
                activityConcurrencyLimits: [{ name: pay, maxConcurrent: 2 }]
                stateRetentionPolicy: { anyTerminal: 72h, completed: 0s }
            """);

        Assert.Empty(configuration.Problems);
        Assert.Empty(configuration.Notes);
        var tracing = configuration.Tracing;
        Assert.Equal(("0.5", true, "http://localhost:9411/api/v2/spans"), (tracing.SamplingRate, tracing.Stdout, tracing.ZipkinEndpoint));
        Assert.Equal(("localhost:4317", "grpc", false, TimeSpan.FromSeconds(3)), (tracing.Otlp.Endpoint, tracing.Otlp.Protocol, tracing.Otlp.IsSecure, tracing.Otlp.Timeout));
        Assert.Equal(("b", "d=e"), (tracing.Otlp.Headers["a"], tracing.Otlp.Headers["c"]));
        var metrics = configuration.Metrics;
        Assert.True(metrics is { Enabled: true, RecordErrorCodes: true, IncreasedCardinality: false, ExcludeVerbs: true });
        Assert.Equal([1.0, 5, 10], metrics.LatencyBuckets);
        Assert.Equal(["/orders/{id}"], metrics.PathMatching);
        Assert.Equal([new LabelRule("dapr_x", "method", "orders/.+", "orders/")], metrics.Rules);
        Assert.Equal(new ApiLoggingConfiguration { Enabled = true, ObfuscateUrls = true, OmitHealthChecks = true }, configuration.ApiLogging);
        Assert.Equal(("sqlite", "names.db", "5"), (configuration.NameResolution.Component, configuration.NameResolution.Settings["connectionString"], configuration.NameResolution.Settings["timeout"]));
        Assert.Equal(["Extra", "WorkflowsRemoteActivityReminder"], configuration.Features.Enabled);
        Assert.Equal((true, false), (configuration.Secrets.Allow("vault", "one"), configuration.Secrets.Allow("vault", "two")));
        Assert.Equal((true, false), (configuration.Secrets.Allow("file", "one"), configuration.Secrets.Allow("file", "two")));
        Assert.Equal((7, null), (configuration.Workflow.MaxConcurrentWorkflows, configuration.Workflow.MaxConcurrentActivities));
        Assert.Equal(2, configuration.Workflow.ActivityLimits["pay"]);
        Assert.Equal(new WorkflowRetention(TimeSpan.FromHours(72), TimeSpan.Zero, null, null), configuration.Workflow.Retention);
    }

    [Theory]
    [InlineData("state.redis", "v1", true)]
    [InlineData("pubsub.kafka", "v1", false)]
    [InlineData("pubsub.kafka", "v2", true)]
    [InlineData("state.sqlite", "v1", false)]
    [InlineData("state.sqlite", "", true)]
    public void Denied_types_are_told_apart_by_version(string type, string version, bool denied) =>
        Assert.Equal(denied, Load("spec: { components: { deny: [state.redis, pubsub.kafka/v2] } }").DeniedComponents.Denies(type, version));

    [Fact]
    public void A_later_file_counts_over_an_earlier_one_where_it_says_something()
    {
        var configuration = Load(
            "spec: { tracing: { samplingRate: '1', otel: { endpointAddress: one, protocol: http, headers: [a=1] } }, metrics: { enabled: false }, components: { deny: [x] } }",
            "spec: { tracing: { samplingRate: '0', otel: { headers: [b=2] } }, metric: { enabled: true }, features: [] }");

        Assert.Equal("0", configuration.Tracing.SamplingRate);
        Assert.Equal(("one", "http"), (configuration.Tracing.Otlp.Endpoint, configuration.Tracing.Otlp.Protocol));
        Assert.Equal(["b"], configuration.Tracing.Otlp.Headers.Keys);
        Assert.False(configuration.Metrics.Enabled);
        Assert.True(configuration.DeniedComponents.Denies("x", "v1"));
    }

    [Fact]
    public void Variables_of_the_environment_are_put_into_the_file()
    {
        environment["RATE"] = "0.25";

        Assert.Equal("0.25", Load("spec: { tracing: { samplingRate: \"$RATE\", zipkin: { endpointAddress: \"${NOTHING}\" } } }").Tracing.SamplingRate);
    }

    [Fact]
    public void All_that_is_wrong_is_told_with_file_and_line()
    {
        using var folder = new ResourceFolder(("c.yaml", """
            kind: Configuration
            spec:
              tracing:
                samplingRat: 1
                otel: { protocol: smoke, headers: nothing }
              metrics: { enabled: "true", latencyDistributionBuckets: [1, two] }
              httpPipeline:
                handlers:
                - { name: auth, type: middleware.http.bearer }
              secrets:
                scopes:
                - { storeName: vault, defaultAccess: maybe }
                - { storeName: vault }
              accessControl:
                policies: [{ appId: shop, namespace: here }]
              api: { allowed: [{ name: state, version: v1, protocol: tcp }] }
              mtls: { enabled: true }
            """));

        var configuration = ConfigurationLoader.Load([Path.Combine(folder.Path, "c.yaml"), "/nowhere.yaml"], _ => null);

        Assert.Equal(
            [
                "/nowhere.yaml: this configuration does not exist",
                "c.yaml:5: spec.tracing.otel.headers should be a list",
                "c.yaml:5: invalid protocol smoke provided for Otel endpoint; it should be http or grpc",
                "c.yaml:6: spec.metrics.enabled is \"true\" and should be true or false, without quotes",
                "c.yaml:6: spec.metrics.latencyDistributionBuckets[1] should be a whole number",
                "c.yaml:9: spec.httpPipeline: this sidecar runs no middleware, so middleware.http.bearer would be left out; remove it from the configuration for this sidecar",
                "c.yaml:12: defaultAccess maybe can be either allow or deny",
                "c.yaml:13: vault storeName is repeated in secrets configuration",
                "c.yaml:15: spec.accessControl.policies[0].trustDomain is missing",
            ],
            folder.Short(configuration.Problems));
        Assert.Equal(
            [
                "c.yaml:4: spec.tracing.samplingRat means nothing to Dapr; did you mean samplingRate?",
                "c.yaml:15: access control needs mTLS to know who calls; without it, as here, the default action counts for every caller",
                "c.yaml:16: spec.api.allowed[0].protocol is \"tcp\", so this rule has no effect; it should be http or grpc",
                "c.yaml:17: mTLS has no effect here; sidecars of one machine talk in the clear",
            ],
            folder.Short(configuration.Notes));
    }

    private SidecarConfiguration Load(params string[] documents)
    {
        using var folder = new ResourceFolder([.. documents.Select((text, index) => ($"{index}.yaml", text))]);
        return ConfigurationLoader.Load(documents.Select((_, index) => Path.Combine(folder.Path, $"{index}.yaml")), name => environment.GetValueOrDefault(name));
    }
}
