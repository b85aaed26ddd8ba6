using System.Threading.Channels;

namespace Sidecar.Workflow.Hub;

/// <summary>
/// Runs one thing after the other: whatever belongs to a hub is touched here and nowhere else. What fails unexpectedly leaves nobody
/// knows what behind, so it ends the loop; the rows are whole, and whoever leads next begins from them.
/// </summary>
internal sealed class HubLoop
{
    private readonly Channel<Action> posted = Channel.CreateUnbounded<Action>(new() { SingleReader = true });
    private readonly Action afterBatch;
    private readonly Action<Exception?> ended;

    /// <param name="afterBatch">Runs after everything that came together.</param>
    /// <param name="ended">Runs last, with the failure if there was one.</param>
    public HubLoop(Action afterBatch, Action<Exception?> ended)
    {
        this.afterBatch = afterBatch;
        this.ended = ended;
        Ended = Task.Run(RunAsync);
    }

    public Task Ended { get; }

    /// <summary>False when it runs no more.</summary>
    public bool Post(Action action) => posted.Writer.TryWrite(action);

    /// <summary>Lets something be answered on the loop, at once or later.</summary>
    public Task<T> AskAsync<T>(Action<TaskCompletionSource<T>> ask, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isPosted = Post(() =>
        {
            try
            {
                ask(answer);
            }
            catch (HubException refusal)
            {
                answer.TrySetException(refusal);
            }
        });
        return isPosted ? answer.Task.WaitAsync(cancellation) : Task.FromException<T>(HubException.Moved());
    }

    /// <summary>What was posted before still runs.</summary>
    public void Close() => posted.Writer.TryComplete();

    private async Task RunAsync()
    {
        Exception? failure = null;
        try
        {
            while (await posted.Reader.WaitToReadAsync())
            {
                for (var many = 0; many < 256 && posted.Reader.TryRead(out var action); many++)
                {
                    action();
                }

                afterBatch();
            }
        }
        catch (Exception unexpected)
        {
            failure = unexpected;
        }

        posted.Writer.TryComplete();
        ended(failure);
    }
}
