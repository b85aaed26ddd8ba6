using Sidecar.Telemetry;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Telemetry;

public sealed class OtelEnvironmentTests
{
    [Fact]
    public void Nothing_set_leaves_all_as_it_was()
    {
        var settings = Apply(new TracingSettings { SamplingRate = "0.5" });
        Assert.Equal("0.5", settings.SamplingRate);
        Assert.False(settings.Otlp.IsConfigured);
        Assert.Equal("app", settings.Resource["service.name"]);
    }

    [Fact]
    public void An_endpoint_turns_export_and_sampling_on()
    {
        var settings = Apply(new TracingSettings(), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317"), ("OTEL_EXPORTER_OTLP_INSECURE", "true"));
        Assert.Equal(("collector:4317", "grpc", false, "1"), (settings.Otlp.Endpoint, settings.Otlp.Protocol, settings.Otlp.IsSecure, settings.SamplingRate));
    }

    [Fact]
    public void What_is_set_for_traces_wins()
    {
        var settings = Apply(
            new TracingSettings { SamplingRate = "0.1" },
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "general:1"), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "traces:2"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=b,c=d%20e"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "250"));
        Assert.Equal(("traces:2", "http", true, "0.1"), (settings.Otlp.Endpoint, settings.Otlp.Protocol, settings.Otlp.IsSecure, settings.SamplingRate));
        Assert.Equal(("b", "d e", 250), (settings.Otlp.Headers["a"], settings.Otlp.Headers["c"], settings.Otlp.Timeout.TotalMilliseconds));
    }

    [Fact]
    public void A_configured_endpoint_is_not_overridden()
    {
        var configured = new TracingSettings { Otlp = new OtlpSettings { Endpoint = "mine:1", Protocol = "http" } };
        var settings = Apply(configured, ("OTEL_EXPORTER_OTLP_ENDPOINT", "other:2"), ("OTEL_EXPORTER_OTLP_HEADERS", "broken"));
        Assert.Equal(("mine:1", "http", ""), (settings.Otlp.Endpoint, settings.Otlp.Protocol, settings.SamplingRate));
    }

    [Fact]
    public void The_service_and_its_attributes_can_be_named()
    {
        var settings = Apply(new TracingSettings(), ("OTEL_SERVICE_NAME", "named"), ("OTEL_RESOURCE_ATTRIBUTES", "service.name=other,zone=a"));
        Assert.Equal(("named", "a"), (settings.Resource["service.name"], settings.Resource["zone"]));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "broken")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "soon")]
    public void What_makes_no_sense_is_refused(string variable, string value)
    {
        var problem = Assert.Throws<TelemetryException>(() => Apply(new TracingSettings(), (variable, value)));
        Assert.Contains(variable, problem.Message);
    }

    private static TracingSettings Apply(TracingSettings settings, params (string Name, string Value)[] environment) =>
        OtelEnvironment.Apply(settings, "app", name => environment.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault());
}
