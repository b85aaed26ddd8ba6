namespace Sidecar.Bindings;

/// <summary>Told about each event of a binding: metrics.</summary>
internal delegate void BindingObserver(string binding, bool succeeded, TimeSpan elapsed);

/// <summary>
/// All input bindings of a sidecar. The host starts them when the app is there, stops them while it is unwell and starts them again.
/// </summary>
internal sealed class InputBindings(IReadOnlyList<InputBinding> bindings, IBindingApp app, TimeSpan optionsTimeout, TimeProvider time, ILogger log, BindingObserver? observer = null) : IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private readonly List<ActiveBinding> active = [];
    private bool closed;

    /// <summary>One binding that cannot start does not hinder the others.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            if (!closed)
            {
                await StopAllAsync(cancellation);
                await Task.WhenAll(bindings.Select(binding => StartAsync(binding, cancellation)));
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Waits for the events that the app is handling, until <paramref name="cancellation"/>.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await turn.WaitAsync(CancellationToken.None);
        try
        {
            await StopAllAsync(cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync();
        closed = true;
        await StopAllAsync(CancellationToken.None);
        turn.Release();
        foreach (var binding in bindings)
        {
            await binding.Source.DisposeAsync();
        }
    }

    private async Task StartAsync(InputBinding binding, CancellationToken cancellation)
    {
        try
        {
            if (!binding.IsCertain && !await IsWantedAsync(binding, cancellation))
            {
                log.LogInformation("app has not subscribed to binding {Name}.", binding.Name);
                return;
            }

            var started = await ActiveBinding.StartAsync(binding, app, observer, time, log);
            lock (active)
            {
                active.Add(started);
            }
        }
        catch (Exception problem)
        {
            log.LogWarning("failed to read from bindings: {Problem}", problem.Message);
        }
    }

    private async Task<bool> IsWantedAsync(InputBinding binding, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(optionsTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        return await app.WantsAsync(binding, either.Token);
    }

    private async Task StopAllAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(active.Select(binding => binding.StopAsync(cancellation)));
        active.Clear();
    }
}
