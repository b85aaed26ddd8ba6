namespace Sidecar.Testing.Boundary;

/// <summary>One call on its way through a gate, and the fault that waits for it there.</summary>
internal sealed class Passage(Traffic traffic, SidecarCall call, CallRequest request, Fault? fault)
{
    public SidecarCall Call => call;

    public Failure Failure => fault?.Failure ?? Failure.Unavailable;

    /// <summary>What has left its caller happens, so that the record of what happened is true; other calls end with their caller.</summary>
    private bool HasEffect => call.Writes.Count > 0 || call.Name is Testing.Call.PublishEvent or Testing.Call.BulkPublishEvent;

    /// <summary>Null when the caller is to be told that it failed.</summary>
    public async Task<CallAnswer?> RunAsync(CancellationToken aborted)
    {
        switch (fault?.Moment)
        {
            case null:
                return Passed(await traffic.DoAsync(call, request, HasEffect ? CancellationToken.None : aborted));
            case Moment.Before:
                traffic.Tell(call, Fate.FailedBefore, Failure.Name);
                return null;
            case Moment.After:
                await DoAsync();
                traffic.Tell(call, Fate.FailedAfter, Failure.Name);
                return null;
            case Moment.Later:
                traffic.Tell(call, Fate.LandsLater, Failure.Name);
                ((Landing)fault).Add(this);
                return null;
            case Moment.HeldBefore:
                await ((Hold)fault).Wait(call);
                return Passed(await DoAsync());
            case Moment.HeldAfter:
                var answer = await DoAsync();
                await ((Hold)fault).Wait(call);
                return Passed(answer);
            default:
                throw new InvalidOperationException($"{fault.Moment} is no moment");
        }
    }

    /// <summary>What failed long ago happens now.</summary>
    public async Task<CallAnswer> LandAsync()
    {
        var answer = await DoAsync();
        traffic.Tell(call, Fate.Landed, answer: null);
        return answer;
    }

    /// <summary>The caller may be gone: what is under way happens all the same.</summary>
    private Task<CallAnswer> DoAsync() => traffic.DoAsync(call, request, CancellationToken.None);

    private CallAnswer Passed(CallAnswer answer)
    {
        traffic.Tell(call, Fate.Passed, answer.Word);
        return answer;
    }
}
