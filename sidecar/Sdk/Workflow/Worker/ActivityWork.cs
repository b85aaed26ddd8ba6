using Dapr.Common.Serialization;
using Dapr.Workflow.Abstractions;
using Dapr.Workflow.Turns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Worker;

/// <summary>Activities, so many at once. Each has a scope of services of its own.</summary>
internal sealed class ActivityWork(IServiceScopeFactory scopes, IWorkflowsFactory factory, IDaprSerializer serializer, ILogger<ActivityWork> log) : IDisposable
{
    private const int AtOnce = 100;
    private readonly SemaphoreSlim room = new(AtOnce);

    public async Task DoAsync(Protocol.ActivityRequest request, string token, Answers answers)
    {
        await room.WaitAsync();
        try
        {
            var response = await AnswerAsync(request);
            response.CompletionToken = token;
            await answers.SendAsync(response, request.Name);
        }
        finally
        {
            room.Release();
        }
    }

    public void Dispose() => room.Dispose();

    private async Task<Protocol.ActivityResponse> AnswerAsync(Protocol.ActivityRequest request)
    {
        var response = new Protocol.ActivityResponse { InstanceId = request.WorkflowInstance?.InstanceId ?? "", TaskId = request.TaskId };
        using var trace = WorkTrace.OfActivity(request);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            if (factory.TryCreateActivity(new TaskIdentifier(request.Name), scope.ServiceProvider, out var activity, out var problem))
            {
                var input = serializer.Deserialize(request.Input, activity!.InputType);
                response.Result = serializer.Serialize(await activity.RunAsync(new ActivityContext(request), input));
                return response;
            }

            log.LogError(problem, "Activity '{Activity}' {Problem}", request.Name, problem is null ? "is not registered" : "could not be made");
            response.FailureDetails = problem is null ? Failures.Of("ActivityNotFoundException", $"Activity '{request.Name}' not found") : Failures.Of(problem);
            if (problem is not null)
            {
                response.FailureDetails.ErrorMessage = $"Activity '{request.Name}' failed to activate: {problem.Message}";
            }
        }
        catch (Exception failure)
        {
            // Whoever awaits the activity learns of it.
            log.LogWarning(failure, "{Instance}: activity '{Activity}' failed", response.InstanceId, request.Name);
            response.FailureDetails = Failures.Of(failure);
        }

        WorkTrace.Failed();
        return response;
    }
}

internal sealed class ActivityContext(Protocol.ActivityRequest request) : WorkflowActivityContext
{
    public override TaskIdentifier Identifier => request.Name;

    public override string TaskExecutionKey => string.IsNullOrEmpty(request.TaskExecutionId) ? $"{request.TaskId}" : request.TaskExecutionId;

    public override string InstanceId => request.WorkflowInstance?.InstanceId ?? "";
}
