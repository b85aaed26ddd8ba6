using Dapr.Wire;
using Dapr.Workflow.Client;
using Dapr.Workflow.Turns;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Dapr.Workflow.Worker;

/// <summary>Answers of one stream. One that gets lost would let its instance rest for ever, so it is sent again, or the stream is given up.</summary>
internal sealed class Answers(SidecarChannels channels, ILogger log, CancellationToken streamEnd)
{
    private const int Attempts = 5;

    /// <summary>No sidecar has a limit below; a smaller answer is refused for another reason.</summary>
    private const int NeverTooLarge = 64 * 1024;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    public async Task SendAsync(Protocol.WorkflowResponse response, string workflow)
    {
        if (await TrySendAsync(TaskHub.CompleteTurn, response) is not { } tooLarge)
        {
            return;
        }

        var why = TooLarge($"The turn of workflow '{workflow}'", response, tooLarge);
        var failed = Turn.Fail(new Protocol.WorkflowResponse { InstanceId = response.InstanceId, CompletionToken = response.CompletionToken }, why, isNonRetriable: true);
        if (response.Version is { } version && version.CalculateSize() <= NeverTooLarge)
        {
            failed.Version = version;
        }

        await TrySendAsync(TaskHub.CompleteTurn, failed);
    }

    public async Task SendAsync(Protocol.ActivityResponse response, string activity)
    {
        if (await TrySendAsync(TaskHub.CompleteActivity, response) is { } tooLarge)
        {
            var why = TooLarge($"The result of activity '{activity}'", response, tooLarge);
            await TrySendAsync(TaskHub.CompleteActivity, new Protocol.ActivityResponse { InstanceId = response.InstanceId, TaskId = response.TaskId, CompletionToken = response.CompletionToken, FailureDetails = why });
        }
    }

    private Protocol.TaskFailureDetails TooLarge(string what, IMessage answer, RpcException refusal)
    {
        var message = $"{what} takes {answer.CalculateSize()} bytes, which is more than can be sent: {refusal.Status.Detail}";
        log.LogWarning("{Problem}", message);
        return Failures.Of("PayloadTooLarge", message);
    }

    /// <summary>The refusal of an answer that is too large; null when it was taken.</summary>
    private async Task<RpcException?> TrySendAsync(WireMethod<Protocol.CompleteTaskResponse> method, IMessage answer)
    {
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await channels.OfWorker.AskAsync(method, answer, channels.Fields, CancellationToken.None);
                return null;
            }
            catch (RpcException refusal) when (refusal.StatusCode == StatusCode.ResourceExhausted && answer.CalculateSize() > NeverTooLarge)
            {
                return refusal;
            }
            catch (RpcException problem) when (attempt < Attempts && problem.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted)
            {
                log.LogDebug("An answer did not reach the sidecar and is sent again: {Code}", problem.StatusCode);
                await Task.Delay(pause, streamEnd);
                pause *= 2;
            }
        }
    }
}
