using Sidecar.Testing.Boundary;
using Sidecar.Testing.Services;

namespace Sidecar.Testing;

/// <summary>One instance of a service beside the sidecar.</summary>
public sealed class TestService : IAsyncDisposable
{
    private readonly Gate gate;
    private readonly Liveness life;
    private readonly AppFront front;
    private readonly ServiceHost host;
    private readonly TestLog log;
    private Task? ending;

    internal TestService(string name, Uri address, Gate gate, Liveness life, AppFront front, ServiceHost host, TestLog log)
    {
        (Name, Address, this.gate, this.life, this.front, this.host, this.log) = (name, address, gate, life, front, host, log);
        Http = new HttpClient(new LivingOnly(life)) { BaseAddress = address };
        Relay = new Relay(address, isGrpc: false);
    }

    public string Name { get; }

    public Uri Address { get; }

    /// <summary>Straight to this instance. A paused one lets its callers wait, a killed one answers nobody.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => host.Services;

    internal Relay Relay { get; }

    internal Liveness Life => life;

    /// <summary>As SIGSTOP does: no call of it leaves, no answer reaches it, nobody gets one from it.</summary>
    public void Pause() => life.Pause();

    public void Resume() => life.Resume();

    /// <summary>As SIGKILL does: from now on every call of it fails and nobody hears of it again. What was under way may still happen.</summary>
    public void Kill()
    {
        log.Disturb();
        front.Remove(this);
        host.Hurry();
        life.Kill();
        _ = EndAsync();
    }

    /// <summary>As SIGTERM does: it may end what it is doing.</summary>
    public async Task Stop()
    {
        front.Remove(this);
        life.Resume();
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await gate.DisposeAsync();
        Http.Dispose();
        Relay.Dispose();
    }

    private Task EndAsync()
    {
        lock (life)
        {
            return ending ??= Task.Run(DropAsync);
        }
    }

    private async Task DropAsync()
    {
        try
        {
            await host.Host.DisposeAsync();
        }
        catch (Exception) when (life.Killed.IsCancellationRequested)
        {
            // The dead say nothing.
        }
    }

    private sealed class LivingOnly(Liveness life) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, life.Killed);
            try
            {
                await life.Awake().WaitAsync(either.Token);
                var answer = await base.SendAsync(request, either.Token);
                await life.Awake().WaitAsync(either.Token);
                life.Killed.ThrowIfCancellationRequested();
                return answer;
            }
            catch (OperationCanceledException) when (life.Killed.IsCancellationRequested)
            {
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "the service was killed");
            }
        }
    }
}
