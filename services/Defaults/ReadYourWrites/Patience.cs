using Microsoft.Extensions.Options;

namespace Library.Defaults.ReadYourWrites;

/// <summary>Waits until a view has a version: woken by the fact when it comes to this replica, else by a few looks ever farther apart.</summary>
internal sealed class Patience(Arrivals arrivals, IOptions<ReadYourWritesOptions> options, TimeProvider time)
{
    public async Task<bool> Wait(string projection, MinVersion wanted, Func<Task<long>> version, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        for (var pause = options.Value.FirstPause; ; pause *= 2)
        {
            using var next = arrivals.Next(projection, wanted.Id);
            if (await version() >= wanted.Version)
            {
                return true;
            }

            var left = options.Value.Limit - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(next.Arrived, Task.Delay(pause < left ? pause : left, time, enough.Token));
            await enough.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
