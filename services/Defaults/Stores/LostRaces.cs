using Library.Defaults.Refusals;

namespace Library.Defaults.Stores;

/// <summary>Runs a use case again from its first read when it has lost a race, a few times.</summary>
internal static class LostRaces
{
    private const int Attempts = 6;

    public static async Task<T> Retry<T>(Func<Task<T>> run, TimeProvider time, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await run();
            }
            catch (RaceLostException lost) when (attempt == Attempts)
            {
                throw new RefusedException(StoreRefusals.RaceLost, lost);
            }
            catch (RaceLostException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 5 << attempt)), time, cancellation);
            }
        }
    }
}
