using Dapr.Workflow;
using Library.Contracts;
using Library.Sagas.Orchestrator.Definition;
using Library.Sagas.Orchestrator.Machine;
using Library.Sagas.Orchestrator.Records;
using Microsoft.Extensions.Logging;
using Polly.CircuitBreaker;

namespace Library.Sagas.Orchestrator.Running;

/// <summary>Calls a participant and tells what it answered. While its circuit is open it is not called at all.</summary>
internal sealed partial class CallActivity(Carrying carrying, SagaTrail trail, SagaBreakers breakers, IServiceProvider services, ILogger<CallActivity> log) : WorkflowActivity<Errand<Order.Call>, Outcome>
{
    public const string Name = "saga-call";

    public override async Task<Outcome> RunAsync(WorkflowActivityContext context, Errand<Order.Call> input)
    {
        var (saga, order) = (carrying.Saga(input.Saga), input.Order);
        var step = saga.Steps[order.Position];
        using var span = Carrying.Span(order.Direction == Direction.Forward ? "do" : "undo", saga.Name, input.SagaId, step.Name);
        var (call, outcome) = await carrying.Patiently(async () =>
        {
            var made = await carrying.CallOf(input, step, order.Attempt, CancellationToken.None);
            var state = made is null
                ? await carrying.StateOf(input.SagaId, CancellationToken.None)
                : await trail.Add(input.SagaId, Carrying.Entry(input.RunId, order.Number, order.Notes), CancellationToken.None);
            return (made, state is { } other ? new Outcome { Superseded = other } : null);
        });
        return outcome ?? await Call(saga, order, step, call!);
    }

    private async Task<Outcome> Call(KnownSaga saga, Order.Call order, PlannedStep step, SagaCall call)
    {
        var wasTried = false;
        try
        {
            var result = await breakers.Of(step.Participant).ExecuteAsync(
                async cancellation =>
                {
                    wasTried = true;
                    using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                    limit.CancelAfter(step.Patience);
                    return await saga.InvokeStep(order.Position).Run(call, order.Direction == Direction.Back, breakers.Client(step.Participant), services, limit.Token);
                },
                CancellationToken.None);
            return new Outcome { Result = result };
        }
        catch (BrokenCircuitException)
        {
            return new Outcome { Pause = breakers.Pause, WasTried = wasTried };
        }
        catch (Exception problem) when (SagaBreakers.MayPass(problem))
        {
            LogUnreachable(step.Participant, call.Step, saga.Name, call.SagaId, problem.GetType().Name);
            return new Outcome { Pause = breakers.Pause, WasTried = wasTried };
        }
        catch (Exception problem)
        {
            // Its message may hold what the data holds.
            LogFailed(call.Step, saga.Name, call.SagaId, problem.GetType().Name);
            return new Outcome { Result = new StepResult(IsDone: false, StepOutput.None, []) };
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Participant} does not do step {Step} of {Saga} {SagaId} now ({Kind}); the saga waits for it")]
    private partial void LogUnreachable(string participant, string step, string saga, string sagaId, string kind);

    [LoggerMessage(LogLevel.Error, "Step {Step} of {Saga} {SagaId} failed in a way that nobody understands ({Kind})")]
    private partial void LogFailed(string step, string saga, string sagaId, string kind);
}
