using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Library.Defaults.Web.Telemetry;

/// <summary>Traces begin with requests and with what we start ourselves; a lone call to the sidecar, such as a beat, begins none.</summary>
internal sealed class KnownParents : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(samplingParameters.Kind == ActivityKind.Client ? SamplingDecision.Drop : SamplingDecision.RecordAndSample);
}
