using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Hosting;
using Sidecar.Invocation;
using Sidecar.Tests.Resiliency;

namespace Sidecar.Tests.Invocation;

public sealed class AppHealthTests : IAsyncDisposable
{
    private readonly SteppedClock time = new();
    private readonly Channel<bool> changes = Channel.CreateUnbounded<bool>();
    private readonly Channel<TaskCompletionSource<bool>> probes = Channel.CreateUnbounded<TaskCompletionSource<bool>>();
    private readonly AppHealth health;

    public AppHealthTests()
    {
        health = new AppHealth(
            new AppHealthOptions { Interval = TimeSpan.FromSeconds(5), Timeout = TimeSpan.FromSeconds(1), Threshold = 2 },
            (_, cancellation) =>
            {
                var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                cancellation.Register(() => answer.TrySetCanceled(cancellation));
                probes.Writer.TryWrite(answer);
                return answer.Task;
            },
            time,
            NullLogger<AppHealth>.Instance);
        health.Start(isHealthy =>
        {
            changes.Writer.TryWrite(isHealthy);
            return Task.CompletedTask;
        });
    }

    public ValueTask DisposeAsync() => health.DisposeAsync();

    [Fact]
    public async Task An_app_is_unwell_until_it_has_said_once_that_it_is_well()
    {
        Assert.False(health.IsHealthy);
        await AnswerAsync(false);
        await StepAsync(true);
        Assert.True(await ChangeAsync());
        Assert.True(health.IsHealthy);
    }

    [Fact]
    public async Task As_many_failures_as_the_threshold_says_make_it_unwell()
    {
        await AnswerAsync(true);
        Assert.True(await ChangeAsync());
        await StepAsync(false);
        await StepAsync(true);
        Assert.True(health.IsHealthy);
        await StepAsync(false);
        Assert.False(await ChangeAsync());
        Assert.False(health.IsHealthy);
        await StepAsync(true);
        Assert.True(await ChangeAsync());
    }

    [Fact]
    public async Task A_probe_without_answer_has_failed()
    {
        await AnswerAsync(true);
        Assert.True(await ChangeAsync());
        for (var i = 0; i < 2; i++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await probes.Reader.ReadAsync(TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(await ChangeAsync());
    }

    private async Task StepAsync(bool isWell)
    {
        time.Advance(TimeSpan.FromSeconds(5));
        await AnswerAsync(isWell);
    }

    private async Task AnswerAsync(bool isWell) => (await probes.Reader.ReadAsync(TestContext.Current.CancellationToken)).SetResult(isWell);

    private async Task<bool> ChangeAsync() => await changes.Reader.ReadAsync(TestContext.Current.CancellationToken);
}
