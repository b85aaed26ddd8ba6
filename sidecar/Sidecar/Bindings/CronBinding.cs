using Sidecar.Components;

namespace Sidecar.Bindings;

/// <summary>bindings.cron: calls the app by the clock.</summary>
internal sealed class CronBinding : IInputBinding
{
    private readonly string name;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly CronSchedule schedule;

    public CronBinding(string name, ComponentMetadata metadata, TimeProvider time, ILogger log)
    {
        (this.name, this.time, this.log) = (name, time, log);
        var text = metadata.String("schedule");
        if (text.Length == 0)
        {
            throw new ComponentException("schedule not set");
        }

        try
        {
            schedule = CronSchedule.Parse(text, time.LocalTimeZone);
        }
        catch (FormatException problem)
        {
            throw new ComponentException($"invalid schedule format '{text}': {problem.Message}");
        }
    }

    public Task InitAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task<IAsyncDisposable> ReadAsync(BindingHandler handler, CancellationToken cancellation) =>
        Task.FromResult<IAsyncDisposable>(new CronReading(name, schedule, handler, time, log));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
