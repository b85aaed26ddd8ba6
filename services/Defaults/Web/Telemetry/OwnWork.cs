using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Library.Defaults.Web.Telemetry;

/// <summary>
/// Spans are made of requests and of what we start ourselves. Calls to the sidecar are left to its own spans, which say the same, and go under that of the
/// request; a lone call, such as a beat, begins no trace there either.
/// </summary>
internal sealed class OwnWork : Sampler
{
    private readonly ParentBasedSampler _others = new(new AlwaysOnSampler());

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.Kind == ActivityKind.Client ? new(SamplingDecision.Drop) : _others.ShouldSample(samplingParameters);
}
