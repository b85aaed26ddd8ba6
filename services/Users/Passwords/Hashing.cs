using System.Runtime.InteropServices;
using Library.Defaults.Refusals;
using Microsoft.Extensions.Options;

namespace Library.Users.Passwords;

/// <summary>
/// Hashes on threads of its own, as many as there are cores, behind a short line. Nothing else of the process waits for them: they are the last to be
/// given a core.
/// </summary>
internal sealed class Hashing : IDisposable
{
    private const int ThisThread = 0;
    private const int Low = 5;

    private readonly object _gate = new();
    private readonly FairLine<Job> _line;
    private readonly HashingOptions _options;
    private readonly TimeProvider _time;
    private readonly Thread[] _threads;
    private long _done;
    private long _refused;
    private bool _isStopping;

    public Hashing(IOptions<HashingOptions> options, TimeProvider time)
    {
        (_options, _time) = (options.Value, time);
        _line = new FairLine<Job>(_options.Waiting);
        _threads = [.. Enumerable.Range(0, _options.Threads > 0 ? _options.Threads : Environment.ProcessorCount).Select(i => new Thread(Work) { IsBackground = true, Name = $"hashing {i}" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>What everybody's password costs now, also that of somebody who does not exist.</summary>
    public int Iterations => _options.Iterations;

    public int Waiting { get { lock (_gate) { return _line.Count; } } }

    public long Done => Interlocked.Read(ref _done);

    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Those of one <paramref name="key"/> wait for each other rather than all others for them. Throws the refusal when there is no turn in time.</summary>
    public async Task<T> Run<T>(string key, Func<T> work, CancellationToken cancellation)
    {
        var job = new Job<T>(work);
        Enter(key, job);
        using var patience = _time.CreateTimer(_ => job.GiveUp(), null, _options.Patience, Timeout.InfiniteTimeSpan);
        using var gone = cancellation.Register(job.GiveUp);
        try
        {
            return await job.Result;
        }
        catch (RefusedException)
        {
            Interlocked.Increment(ref _refused);
            throw;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Enter(string key, Job job)
    {
        Job? displaced;
        lock (_gate)
        {
            if (!_line.TryEnter(key, job, out displaced))
            {
                Interlocked.Increment(ref _refused);
                throw new RefusedException(PasswordRefusals.Busy);
            }

            Monitor.Pulse(_gate);
        }

        displaced?.GiveUp();
    }

    private void Work()
    {
        if (OperatingSystem.IsLinux())
        {
            // The framework's own priorities mean nothing there.
            _ = SetPriority(ThisThread, ThisThread, Low);
        }

        while (Next() is { } job)
        {
            job.Run();
            Interlocked.Increment(ref _done);
        }
    }

    private Job? Next()
    {
        lock (_gate)
        {
            while (!_isStopping)
            {
                if (_line.TryNext(out var job))
                {
                    return job;
                }

                Monitor.Wait(_gate);
            }

            return null;
        }
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int value);

    private abstract class Job
    {
        private int _isTaken;

        public void Run()
        {
            if (Interlocked.Exchange(ref _isTaken, 1) == 0)
            {
                Do();
            }
        }

        /// <summary>Only one whose turn has not come.</summary>
        public void GiveUp()
        {
            if (Interlocked.Exchange(ref _isTaken, 1) == 0)
            {
                Fail(new RefusedException(PasswordRefusals.Busy));
            }
        }

        protected abstract void Do();

        protected abstract void Fail(Exception problem);
    }

    private sealed class Job<T>(Func<T> work) : Job
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Result => _result.Task;

        protected override void Do()
        {
            try
            {
                _result.SetResult(work());
            }
            catch (Exception problem)
            {
                _result.SetException(problem);
            }
        }

        protected override void Fail(Exception problem) => _result.SetException(problem);
    }
}
