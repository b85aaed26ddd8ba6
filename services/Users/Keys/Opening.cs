using System.Security.Cryptography;
using Library.Defaults.Refusals;
using Library.Defaults.Stores;
using Library.Users.Accounts;

namespace Library.Users.Keys;

/// <summary>Before the service listens: opens the signing keys and makes the first admin. What is missing for that keeps it from starting.</summary>
internal sealed partial class Opening(SecretStore secrets, SigningKeys keys, IServiceScopeFactory scopes, TimeProvider time, ILogger<Opening> log) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var master = await secrets.Find(MasterKey.Secret, cancellationToken);
        if (master is not { Length: >= MasterKey.Shortest })
        {
            throw new InvalidOperationException(
                $"The secret store has no {MasterKey.Secret} of {MasterKey.Shortest} characters or more, which the signing keys are sealed with. Set LIBRARY_MASTER_KEY for ./run, or put the secret {MasterKey.Secret} into the store, and keep it: without it nobody's session outlives this process.");
        }

        await Patiently(() => Open(new MasterKey(master), cancellationToken), cancellationToken);
        if (await Patiently(() => MakeAdmin(cancellationToken), cancellationToken) is { } missing)
        {
            throw new InvalidOperationException(missing);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> Open(MasterKey master, CancellationToken cancellation)
    {
        try
        {
            await keys.Open(master, cancellation);
            return true;
        }
        catch (CryptographicException problem)
        {
            throw new InvalidOperationException(
                $"The signing keys in the store were sealed with another {MasterKey.Secret}. Give the secret its former value. If that is lost for good, delete the key {KeyRingStore.Key} from the state store: new keys are made then, and everybody has to log in again.", problem);
        }
    }

    private async Task<string?> MakeAdmin(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<FirstAdmin>().Make(cancellation);
    }

    /// <summary>A store that is away now comes back, and a race that another replica has won is looked at again.</summary>
    private async Task<T> Patiently<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        for (var wait = TimeSpan.FromMilliseconds(100); ; wait = wait < TimeSpan.FromSeconds(2) ? wait * 2 : wait)
        {
            try
            {
                return await work();
            }
            catch (Exception problem) when (problem is RaceLostException or RefusedException { Refusal.RetryAfter: not null })
            {
                LogWaiting(wait, problem.Message);
            }

            await Task.Delay(wait, time, cancellation);
        }
    }

    [LoggerMessage(LogLevel.Information, "Tried again in {Wait}: {Reason}")]
    private partial void LogWaiting(TimeSpan wait, string reason);
}
