using Library.Defaults.Stores;

namespace Library.Defaults.ViewStores;

/// <summary>A change that starts again from the read when somebody else was faster.</summary>
internal static class Race
{
    private const int MostAttempts = 30;
    private const int LongestPause = 50;

    /// <summary>Runs the attempt until it answers true.</summary>
    public static async Task Win(Func<Task<bool>> attempt, CancellationToken cancellation)
    {
        for (var lost = 0; !await attempt(); lost++)
        {
            if (lost == MostAttempts)
            {
                throw new RaceLostException();
            }

            await Task.Delay(Random.Shared.Next(Math.Min(LongestPause, 1 << Math.Min(lost, 10))), cancellation);
        }
    }
}
