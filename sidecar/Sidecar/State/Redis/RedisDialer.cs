using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sidecar.State.Redis;

/// <summary>Opens connections: address, TLS, who we are, which database.</summary>
internal sealed class RedisDialer(RedisOptions options, TimeProvider time)
{
    public async Task<RedisConnection> DialAsync(CancellationToken cancellation)
    {
        using var limit = options.DialTimeout > TimeSpan.Zero
            ? new CancellationTokenSource(options.DialTimeout, time)
            : new CancellationTokenSource();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var socket = await ConnectAsync(both.Token);
            return await IntroduceAsync(socket, both.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw GoNetworkError.Of(late, "dial", options.Host);
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellation)
    {
        RedisConnectionException? first = null;
        foreach (var address in await ResolveAsync(cancellation))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            var end = new IPEndPoint(address, options.Server.Port);
            try
            {
                await socket.ConnectAsync(end, cancellation);
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                return socket;
            }
            catch (SocketException problem)
            {
                socket.Dispose();
                first ??= GoNetworkError.Of(problem, "dial", end.ToString());
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw first ?? NoSuchHost();
    }

    private async ValueTask<IPAddress[]> ResolveAsync(CancellationToken cancellation)
    {
        if (IPAddress.TryParse(options.Server.Host, out var address))
        {
            return [address];
        }

        try
        {
            return await Dns.GetHostAddressesAsync(options.Server.Host, cancellation);
        }
        catch (SocketException problem)
        {
            throw NoSuchHost(problem);
        }
    }

    private async Task<RedisConnection> IntroduceAsync(Socket socket, CancellationToken cancellation)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        RedisConnection? connection = null;
        try
        {
            var name = $"{socket.LocalEndPoint}->{socket.RemoteEndPoint}";
            if (options.Tls)
            {
                stream = await SecureAsync(stream, cancellation);
            }

            using (ExecutionContext.SuppressFlow())
            {
                connection = new RedisConnection(stream, name, time);
                connection.Start();
            }

            await GreetAsync(connection, cancellation);
            return connection;
        }
        catch
        {
            connection?.Dispose();
            await stream.DisposeAsync();
            throw;
        }
    }

    private async Task<Stream> SecureAsync(Stream plain, CancellationToken cancellation)
    {
        var secure = new SslStream(plain);
        var settings = new SslClientAuthenticationOptions
        {
            TargetHost = options.Server.Host,
            RemoteCertificateValidationCallback = (_, _, _, problems) => problems == SslPolicyErrors.None || options.TrustsAnyCertificate,
        };
        if (options.ClientCertificate.Length > 0 && options.ClientKey.Length > 0)
        {
            settings.ClientCertificates = [X509Certificate2.CreateFromPem(options.ClientCertificate, options.ClientKey)];
        }

        try
        {
            await secure.AuthenticateAsClientAsync(settings, cancellation);
            return secure;
        }
        catch (Exception problem) when (problem is AuthenticationException or IOException)
        {
            await secure.DisposeAsync();
            throw new RedisConnectionException($"tls: {problem.Message}", problem);
        }
    }

    private async Task GreetAsync(RedisConnection connection, CancellationToken cancellation)
    {
        if (options.Password.Length > 0)
        {
            await AskAsync(connection, options.User.Length > 0 ? ["AUTH", options.User, options.Password] : ["AUTH", options.Password], "failed to authenticate", cancellation);
        }

        if (options.Database > 0)
        {
            await AskAsync(connection, ["SELECT", $"{options.Database}"], "failed to initialize connection options", cancellation);
        }
    }

    private static async Task AskAsync(RedisConnection connection, string[] command, string trouble, CancellationToken cancellation)
    {
        var call = RedisCommand.Of(TimeSpan.Zero, command);
        var answer = await connection.SendAsync(call, cancellation);
        var reader = new RespReader(answer);
        if (!reader.IsError)
        {
            call.Release();
            return;
        }

        var error = new RedisErrorException(reader.Error());
        throw error.IsLoading
            ? new RedisConnectionException($"{trouble}: {error.Message}")
            : new RedisErrorException($"{trouble}: {error.Message}");
    }

    private RedisConnectionException NoSuchHost(Exception? problem = null) =>
        new($"dial tcp: lookup {options.Server.Host}: no such host", problem);
}
