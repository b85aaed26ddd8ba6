using System.Diagnostics;
using Sidecar.PubSub;

namespace Sidecar.Bindings;

/// <summary>A binding whose events go to the app.</summary>
internal sealed class ActiveBinding : IDisposable
{
    private readonly InFlight events;
    private readonly CancellationTokenSource end = new();
    private readonly InputBinding binding;
    private readonly IBindingApp app;
    private readonly BindingObserver? observer;
    private readonly ILogger log;
    private IAsyncDisposable? reading;

    private ActiveBinding(InputBinding binding, IBindingApp app, BindingObserver? observer, TimeProvider time, ILogger log)
    {
        (this.binding, this.app, this.observer, this.log) = (binding, app, observer, log);
        events = new InFlight(time);
    }

    public static async Task<ActiveBinding> StartAsync(InputBinding binding, IBindingApp app, BindingObserver? observer, TimeProvider time, ILogger log)
    {
        var active = new ActiveBinding(binding, app, observer, time, log);
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

        var started = Stopwatch.GetTimestamp();
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, end.Token);
            await app.DeliverAsync(binding, @event, either.Token);
            observer?.Invoke(binding.Name, true, Stopwatch.GetElapsedTime(started));
        }
        catch (Exception problem)
        {
            observer?.Invoke(binding.Name, false, Stopwatch.GetElapsedTime(started));
            log.LogDebug("error from app consumer for binding [{Name}]: {Problem}", binding.Name, problem.Message);
            throw;
        }
        finally
        {
            events.Leave();
        }
    }
}
