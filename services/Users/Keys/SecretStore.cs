using Dapr;
using Dapr.Client;
using Grpc.Core;
using Library.Defaults.Hosting;

namespace Library.Users.Keys;

/// <summary>The secrets of this installation, from the store "secrets" of the sidecar.</summary>
internal sealed partial class SecretStore(DaprClient client, TimeProvider time, ILogger<SecretStore> log)
{
    /// <summary>None when there is no such secret. Waits for the sidecar, however long it takes.</summary>
    public async Task<string?> Find(string name, CancellationToken cancellation)
    {
        for (var wait = TimeSpan.FromMilliseconds(50); ; wait = wait < TimeSpan.FromSeconds(2) ? wait * 2 : wait)
        {
            try
            {
                var secret = await client.GetSecretAsync(ServiceNames.Secrets, name, cancellationToken: cancellation);
                return secret.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
            }
            catch (DaprException problem) when (problem.InnerException is RpcException { StatusCode: StatusCode.Unavailable or StatusCode.DeadlineExceeded })
            {
                LogWaiting(wait);
            }
            catch (DaprException)
            {
                return null;
            }

            await Task.Delay(wait, time, cancellation);
        }
    }

    [LoggerMessage(LogLevel.Information, "The sidecar does not answer yet; asked for a secret again in {Wait}")]
    private partial void LogWaiting(TimeSpan wait);
}
