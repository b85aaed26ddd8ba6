using System.Collections.Concurrent;
using System.Threading.Channels;
using Runner.Processes;
using Servers;

namespace Runner.Tests.Processes;

public sealed class KeptAliveTests : IAsyncDisposable
{
    private readonly Channel<string> said = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> heard = new();
    private readonly Guard guard;

    public KeptAliveTests() => guard = new Guard(line => said.Writer.TryWrite(line));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => guard.DisposeAsync();

    [Fact]
    public async Task It_says_how_the_process_ended_and_waits_longer_each_time()
    {
        await using var kept = Keep("echo last words; exit 3");
        kept.Start();
        Assert.Equal("app ended: exit code 3; it is started again in 0.5 s", await NextAsync());
        Assert.Equal("app ended: exit code 3; it is started again in 1 s", await NextAsync());
        Assert.Equal(["last words", "last words"], heard);
    }

    [Fact]
    public async Task It_is_not_started_again_when_that_is_hopeless()
    {
        await using var kept = Keep("exit 2");
        kept.IsHopeless = code => code == 2;
        kept.Start();
        await kept.GivenUp.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Empty(heard);
        Assert.False(said.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        await using var kept = new KeptAlive(new Launch("app", ["no-such-program"], "/") { Heard = heard.Enqueue }, guard, line => said.Writer.TryWrite(line), TimeProvider.System);
        kept.Start();
        Assert.Contains("exit code 127", await NextAsync(), StringComparison.Ordinal);
        Assert.Contains("no-such-program", Assert.Single(heard), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_listen_is_killed_with_its_children_after_a_while()
    {
        await using var kept = Keep("trap '' TERM; sleep 1000 & echo $!; while :; do sleep 1; done", TimeSpan.FromMilliseconds(300));
        kept.Start();
        int child;
        while (!int.TryParse(heard.FirstOrDefault(), out child))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Cancellation);
        }

        var pid = kept.Pid;
        await kept.StopAsync(CancellationToken.None);
        Assert.Equal("app did not end in time and is killed", await NextAsync());
        await Followed.GoneAsync([pid, child], Cancellation);
    }

    [Fact]
    public async Task Ctrl_C_in_the_terminal_does_not_reach_it()
    {
        await using var kept = Keep("ps -o pgid= -p $$; sleep 1000");
        kept.Start();
        while (heard.IsEmpty)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Cancellation);
        }

        Assert.Equal($"{kept.Pid}", heard.First().Trim());
    }

    private KeptAlive Keep(string script, TimeSpan? grace = null) => new(
        new Launch("app", ["/bin/sh", "-c", script], "/") { Heard = heard.Enqueue, Grace = grace ?? TimeSpan.FromSeconds(10) }, guard, line => said.Writer.TryWrite(line), TimeProvider.System);

    private async Task<string> NextAsync() => await said.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
}
