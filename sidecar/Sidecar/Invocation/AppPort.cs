using System.Net.Security;
using System.Net.Sockets;
using Sidecar.Hosting;

namespace Sidecar.Invocation;

/// <summary>Waits until the app listens, for as long as that takes.</summary>
public sealed class AppPort(SidecarOptions options, TimeProvider time, ILogger<AppPort> log)
{
    private const int TriesBetweenReports = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan DialTimeout = TimeSpan.FromMilliseconds(500);

    public async Task WaitAsync(CancellationToken cancellation)
    {
        if (options.AppPort is not { } port)
        {
            return;
        }

        log.LogInformation("application protocol: {Protocol}. waiting on port {Port}.  This will block until the app is listening on that port.", options.AppProtocol, port);
        for (var tries = 1; !await IsOpenAsync(port, cancellation); tries++)
        {
            await Task.Delay(Pause, time, cancellation);
            if (tries % TriesBetweenReports == 0)
            {
                log.LogInformation("waiting for application to listen on port {Port}", port);
            }
        }

        log.LogInformation("application discovered on port {Port}", port);
    }

    private async Task<bool> IsOpenAsync(int port, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(DialTimeout);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(options.AppChannelAddress, port, timeout.Token);
            if (options.AppProtocol is "https" or "grpcs")
            {
                await using var tls = new SslStream(client.GetStream(), false, static (_, _, _, _) => true);
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = options.AppChannelAddress }, timeout.Token);
            }

            return true;
        }
        catch (Exception problem) when (problem is SocketException or IOException or System.Security.Authentication.AuthenticationException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
