using Dapr.Workflow;
using Grpc.Core;
using Library.Defaults.Parking;
using Library.Defaults.Refusals;
using Library.Sagas.Orchestrator.Definition;

namespace Library.Coordinator.ReaderErasure;

/// <summary>What the coordinator itself still has: messages that nobody could handle, and the history of the registration's workflow.</summary>
internal sealed class ForgetRegistration : InvokeStep<Erasure>
{
    public override string Participant => Apps.Coordinator;

    protected override async Task<StepResult> Do(InvokeCall<Erasure> call, CancellationToken cancellation)
    {
        var (reader, user, registration) = call.Data;
        try
        {
            await call.Services.GetRequiredService<ParkedMessages>().Forget([reader, user, registration], cancellation);
            await call.Services.GetRequiredService<DaprWorkflowClient>().PurgeInstanceAsync(registration, cancellation);
            return StepResult.Done();
        }
        catch (Exception problem) when (problem is RefusedException or RpcException)
        {
            throw new IOException("The coordinator's own store or sidecar does not answer.", problem);
        }
    }
}
