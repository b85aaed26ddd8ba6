namespace Runner.Processes;

/// <summary>A process that is started again when it ends, later and later as long as it does not last.</summary>
internal sealed class KeptAlive(Launch launch, Guard guard, Action<string> say, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Who lasted as long begins with the first pause again.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource givenUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task running = Task.CompletedTask;
    private volatile Child? child;

    public string Name => launch.Name;

    /// <summary>0 while there is none.</summary>
    public int Pid => child?.Pid ?? 0;

    /// <summary>Decides by its exit code that it is not worth another try.</summary>
    public Func<int, bool> IsHopeless { get; set; } = _ => false;

    public Task GivenUp => givenUp.Task;

    public void Start()
    {
        child = Child.Start(launch, guard);
        running = KeepAsync(child);
    }

    /// <summary>Ends it and starts it no more.</summary>
    public async Task StopAsync(CancellationToken hurry)
    {
        await stopping.CancelAsync();
        if (child is { } last)
        {
            last.Terminate();
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(hurry);
            patience.CancelAfter(launch.Grace);
            try
            {
                await last.Ended.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                say($"{Name} did not end in time and is killed");
                last.Kill();
            }
        }

        await running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        stopping.Dispose();
    }

    private async Task KeepAsync(Child first)
    {
        var pause = FirstPause;
        for (var current = first; ;)
        {
            var started = time.GetTimestamp();
            var code = await current.Ended;
            current.Dispose();
            child = null;
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            if (IsHopeless(code))
            {
                givenUp.TrySetResult();
                return;
            }

            pause = time.GetElapsedTime(started) >= Lasting ? FirstPause : pause;
            say($"{Name} ended: {Signals.Described(code)}; it is started again in {pause.TotalSeconds:0.#} s");
            try
            {
                await Task.Delay(pause, time, stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            child = current = Child.Start(launch, guard);
            if (stopping.IsCancellationRequested)
            {
                current.Kill();
            }
        }
    }
}
