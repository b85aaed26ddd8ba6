using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sidecar.Telemetry.Metrics;

/// <summary>All metrics of one sidecar, and the page that shows them.</summary>
public sealed class SidecarMetrics
{
    private readonly MetricRegistry registry;

    public SidecarMetrics(MetricsSettings settings, string appId, string ns)
    {
        registry = new MetricRegistry(settings);
        Http = new HttpMetrics(registry, settings, appId);
        Grpc = new GrpcMetrics(registry, settings, appId);
        Components = new ComponentMetrics(registry, settings, appId, ns);
        PubSub = new PubSubMetrics(registry, settings, appId, ns);
        Runtime = new RuntimeMetrics(registry, settings, appId);
        Resiliency = new ResiliencyMetrics(registry, settings, appId);
        Workflows = new WorkflowMetrics(registry, settings, appId, ns);
        Errors = new ErrorCodeMetrics(registry, settings, appId);
    }

    public HttpMetrics Http { get; }

    public GrpcMetrics Grpc { get; }

    public ComponentMetrics Components { get; }

    public PubSubMetrics PubSub { get; }

    public RuntimeMetrics Runtime { get; }

    public ResiliencyMetrics Resiliency { get; }

    public WorkflowMetrics Workflows { get; }

    public ErrorCodeMetrics Errors { get; }

    public string Text()
    {
        var text = new StringBuilder(PrometheusText.Write(registry.Metrics));
        ProcessMetrics.Append(text);
        return text.ToString();
    }

    /// <summary>Answers every path of the metrics port.</summary>
    public Task ServeAsync(HttpContext context)
    {
        context.Response.ContentType = PrometheusText.ContentType;
        var body = Encoding.UTF8.GetBytes(Text());
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);
    }
}
