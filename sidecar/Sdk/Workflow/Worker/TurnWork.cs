using Dapr.Common.Serialization;
using Dapr.Workflow.Abstractions;
using Dapr.Workflow.Turns;
using Dapr.Workflow.Versioning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Worker;

/// <summary>Turns of workflows, so many at once. Each has a scope of services of its own.</summary>
internal sealed class TurnWork(
    IServiceScopeFactory scopes, IWorkflowsFactory factory, WorkflowFamilies families, IDaprSerializer serializer, ILoggerFactory loggers) : IDisposable
{
    private const int AtOnce = 100;
    private readonly SemaphoreSlim room = new(AtOnce);
    private readonly ILogger log = loggers.CreateLogger<TurnWork>();

    public async Task DoAsync(Protocol.WorkflowRequest request, string token, HistoryCache cache, Answers answers)
    {
        await room.WaitAsync();
        try
        {
            var past = await cache.TakeAsync(request);
            var timeline = new TurnTimeline(request, past.Events);
            var response = await AnswerAsync(timeline);
            response.CompletionToken = token;

            // Before the answer leaves: the next turn may come sooner than the answer's own answer.
            cache.Keep(past, request, response);
            await answers.SendAsync(response, timeline.Name);
        }
        finally
        {
            room.Release();
        }
    }

    public void Dispose() => room.Dispose();

    private async Task<Protocol.WorkflowResponse> AnswerAsync(TurnTimeline timeline)
    {
        using var trace = WorkTrace.OfTurn(timeline.TraceContext);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return Answer(timeline, scope.ServiceProvider);
        }
        catch (Exception problem)
        {
            log.LogError(problem, "{Instance}: a turn of workflow '{Workflow}' broke off", timeline.Request.InstanceId, timeline.Name);
            return Turn.Fail(timeline.NewResponse(), Failures.Of(problem));
        }
    }

    private Protocol.WorkflowResponse Answer(TurnTimeline timeline, IServiceProvider services)
    {
        if (timeline.Name.Length == 0)
        {
            var only = "";
            services.GetService<IWorkflowRouterRegistry>()?.TryResolveLatest(out only);
            timeline.Name = timeline.Recorded ?? only;
            if (timeline.Name.Length == 0)
            {
                log.LogError("{Instance}: its history does not name a workflow", timeline.Request.InstanceId);
                return Turn.Fail(timeline.NewResponse(), Failures.Of("WorkflowNameMissing", "Workflow name missing and no routable workflow could be resolved."), isNonRetriable: true);
            }
        }

        // An instance of a name that stands for several versions keeps the one that it began with.
        var runs = timeline.Name;
        if (families.LatestOf(timeline.Name) is { } latest)
        {
            timeline.Pinned = timeline.Recorded is { } recorded && recorded != timeline.Name ? recorded : timeline.Past.Count == 0 ? latest : null;
            runs = timeline.Pinned ?? runs;
        }

        if (factory.TryCreateWorkflow(new TaskIdentifier(runs), services, out var workflow, out var problem))
        {
            return new Turn(timeline, serializer, loggers, log).Run(workflow!);
        }

        if (problem is not null)
        {
            log.LogError(problem, "Workflow '{Workflow}' could not be made", runs);
            var why = Failures.Of(problem);
            why.ErrorMessage = $"Workflow '{runs}' failed to activate: {problem.Message}";
            return Turn.Fail(timeline.NewResponse(), why, isNonRetriable: true);
        }

        if (timeline.Pinned is not null)
        {
            log.LogError("{Instance}: version '{Version}' of workflow '{Workflow}' is not here", timeline.Request.InstanceId, runs, timeline.Name);
            var response = timeline.NewResponse();
            response.Actions.Add(new Protocol.WorkflowAction { WorkflowVersionNotAvailable = new Protocol.WorkflowVersionNotAvailableAction() });
            return response;
        }

        log.LogError("Workflow '{Workflow}' is not registered", runs);
        return Turn.Fail(timeline.NewResponse(), Failures.Of("WorkflowNotFound", $"Workflow '{runs}' is not registered in this app."), isNonRetriable: true);
    }
}
