using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Components;
using Sidecar.PubSub.RabbitMq;

namespace Sidecar.Tests.PubSub.Brokers;

/// <summary>Against a plain RabbitMQ behind a door that speaks TLS.</summary>
public sealed class RabbitMqTlsTests(RabbitFixture fixture) : IDisposable
{
    private readonly X509Certificate2 authority = Certificate("test authority", issuer: null);
    private readonly TcpListener door = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> passages = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        door.Dispose();
        passages.ForEach(passage => passage.Dispose());
        authority.Dispose();
    }

    [Fact]
    public async Task The_authority_of_the_YAML_is_trusted_and_the_certificate_shown()
    {
        var visitor = Open((await fixture.StartedAsync()).Port);
        using var ours = Certificate("the sidecar", authority);
        await using var broker = Create(
            ("caCert", authority.ExportCertificatePem()), ("clientCert", ours.ExportCertificatePem()), ("clientKey", ours.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem()));

        await broker.InitAsync(Cancellation);
        await broker.PublishAsync(Message.Of("tls", "through the door"), Cancellation);

        Assert.Equal("CN=the sidecar", await visitor);
    }

    [Fact]
    public async Task Nobody_else_is_trusted()
    {
        _ = Open((await fixture.StartedAsync()).Port);
        using var other = Certificate("other authority", issuer: null);
        await using var broker = Create(("caCert", other.ExportCertificatePem()), ("reconnectWaitSeconds", "3600"));
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        timeout.CancelAfter(TimeSpan.FromSeconds(5));

        var failure = await Assert.ThrowsAsync<ComponentException>(() => broker.InitAsync(timeout.Token));

        Assert.Contains("certificate", failure.Message);
    }

    private RabbitMqPubSub Create(params (string, string)[] settings) => new(
        Specs.Of("pubsub.rabbitmq", [("connectionString", $"amqps://localhost:{((IPEndPoint)door.LocalEndpoint).Port}"), .. settings]), "app", TimeProvider.System, NullLogger.Instance);

    /// <summary>Passes one connection on; answers with the name in the certificate of whoever came.</summary>
    private async Task<string?> Open(int port)
    {
        door.Start();
        using var certificate = Certificate("localhost", authority);
        var outside = await door.AcceptTcpClientAsync(Cancellation);
        var tls = new SslStream(outside.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, ClientCertificateRequired = true }, Cancellation);
        var inside = new TcpClient();
        passages.AddRange([outside, inside]);
        await inside.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        _ = tls.CopyToAsync(inside.GetStream(), Cancellation);
        _ = inside.GetStream().CopyToAsync(tls, Cancellation);
        return tls.RemoteCertificate?.Subject;
    }

    private static X509Certificate2 Certificate(string name, X509Certificate2? issuer)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, hasPathLengthConstraint: false, 0, critical: true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return issuer is null
            ? request.CreateSelfSigned(now.AddHours(-2), now.AddHours(2))
            : request.Create(issuer, now.AddHours(-1), now.AddHours(1), RandomNumberGenerator.GetBytes(8)).CopyWithPrivateKey(key);
    }
}
