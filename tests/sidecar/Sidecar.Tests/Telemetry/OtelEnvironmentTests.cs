using Sidecar.Telemetry;
using Sidecar.Telemetry.Tracing;

namespace Sidecar.Tests.Telemetry;

public sealed class OtelEnvironmentTests
{
    [Fact]
    public void The_app_names_the_service_when_nothing_else_does() => Assert.Equal("app", Apply().Resource["service.name"]);

    [Fact]
    public void The_service_and_its_attributes_can_be_named()
    {
        var settings = Apply(("OTEL_SERVICE_NAME", "named"), ("OTEL_RESOURCE_ATTRIBUTES", "service.name=other, zone = a%20b"));
        Assert.Equal(("named", "a b"), (settings.Resource["service.name"], settings.Resource["zone"]));
    }

    [Fact]
    public void Batches_can_be_made_smaller_and_faster()
    {
        var batch = Apply(("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_BSP_MAX_QUEUE_SIZE", "64"), ("OTEL_BSP_EXPORT_TIMEOUT", "nonsense")).Batch;
        Assert.Equal((100, 64, 64, 30_000), (batch.Delay.TotalMilliseconds, batch.QueueSize, batch.Size, batch.Timeout.TotalMilliseconds));
    }

    [Fact]
    public void Attributes_that_make_no_sense_are_refused()
    {
        var problem = Assert.Throws<TelemetryException>(() => Apply(("OTEL_RESOURCE_ATTRIBUTES", "broken")));
        Assert.Contains("OTEL_RESOURCE_ATTRIBUTES", problem.Message);
    }

    private static TracingSettings Apply(params (string Name, string Value)[] environment) =>
        OtelEnvironment.Apply(new TracingSettings(), "app", name => environment.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault());
}
