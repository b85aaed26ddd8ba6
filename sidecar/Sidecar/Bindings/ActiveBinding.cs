using Sidecar.PubSub;

namespace Sidecar.Bindings;

/// <summary>A binding whose events go to the app.</summary>
internal sealed class ActiveBinding : IDisposable
{
    private readonly InFlight events;
    private readonly CancellationTokenSource end = new();
    private readonly InputBinding binding;
    private readonly HttpBindingApp app;
    private readonly ILogger log;
    private IAsyncDisposable? reading;

    private ActiveBinding(InputBinding binding, HttpBindingApp app, TimeProvider time, ILogger log)
    {
        (this.binding, this.app, this.log) = (binding, app, log);
        events = new InFlight(time);
    }

    public static async Task<ActiveBinding> StartAsync(InputBinding binding, HttpBindingApp app, TimeProvider time, ILogger log)
    {
        var active = new ActiveBinding(binding, app, time, log);
        active.reading = await binding.Source.ReadAsync(active.HandleAsync, active.end.Token);
        return active;
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        try
        {
            await events.EndAsync(end).WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            log.LogWarning("binding {Name} stops although the app has not handled all its events", binding.Name);
        }

        await end.CancelAsync();
        await reading!.DisposeAsync();
        Dispose();
    }

    public void Dispose() => end.Dispose();

    private async ValueTask HandleAsync(BindingEvent @event, CancellationToken cancellation)
    {
        if (!events.TryEnter())
        {
            throw new BindingException("input binding is closed");
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, end.Token);
            await app.DeliverAsync(binding, @event, either.Token);
        }
        catch (Exception problem)
        {
            log.LogDebug("error from app consumer for binding [{Name}]: {Problem}", binding.Name, problem.Message);
            throw;
        }
        finally
        {
            events.Leave();
        }
    }
}
