using Library.Defaults.Web;

namespace Defaults.Tests.Web;

public sealed class BlinkTests
{
    private int asked;
    private TaskCompletionSource<int> answer = new();

    [Fact]
    public async Task Many_who_ask_at_once_get_one_answer()
    {
        var blink = Make(TimeSpan.FromHours(1));
        var all = Enumerable.Range(0, 50).Select(_ => blink.Ask()).ToArray();
        answer.SetResult(7);

        Assert.All(await Task.WhenAll(all), found => Assert.Equal(7, found));
        Assert.Equal(7, await blink.Ask());
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task What_is_not_fresh_is_found_again()
    {
        var blink = Make(TimeSpan.Zero);
        answer.SetResult(7);
        await blink.Ask();
        await blink.Ask();

        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_failure_is_not_kept()
    {
        var blink = Make(TimeSpan.FromHours(1));
        answer.SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(blink.Ask);
        answer = new TaskCompletionSource<int>();
        answer.SetResult(8);

        Assert.Equal(8, await blink.Ask());
    }

    private Blink<int> Make(TimeSpan fresh) => new(
        () =>
        {
            Interlocked.Increment(ref asked);
            return answer.Task;
        },
        _ => fresh,
        TimeProvider.System);
}
