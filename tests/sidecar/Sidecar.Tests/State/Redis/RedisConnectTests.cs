using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sidecar.Components;
using Sidecar.State;

namespace Sidecar.Tests.State.Redis;

public sealed class RedisConnectTests(RedisFixture redis)
{
    private static readonly StateWrite Greeting = new("k") { Value = new StateValue("hello"u8.ToArray(), IsJson: false) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_right_user_with_the_right_password_is_let_in()
    {
        await using var server = await RedisFixture.StartAsync("--requirepass", "main", "--user", "ann", "on", ">secret", "~*", "+@all");

        Assert.Equal("failed to authenticate: WRONGPASS invalid username-password pair or user is disabled.", await RefusalAsync(("redisPassword", "wrong")));
        Assert.Equal("failed to authenticate: WRONGPASS invalid username-password pair or user is disabled.", await RefusalAsync(("redisUsername", "ann"), ("redisPassword", "main")));
        Assert.Equal("NOAUTH Authentication required.", await RefusalAsync());
        Assert.Equal("failed to initialize connection options: ERR DB index is out of range", await RefusalAsync(("redisPassword", "main"), ("redisDB", "99")));
        Assert.Equal("", await RefusalAsync(("redisPassword", "main")));
        Assert.Equal("", await RefusalAsync(("redisUsername", "ann"), ("redisPassword", "secret")));

        async Task<string> RefusalAsync(params (string, string)[] settings)
        {
            await using var store = RedisFixture.Store([("redisHost", server.Host), .. settings]);
            try
            {
                await store.InitAsync(Cancellation);
                return "";
            }
            catch (ComponentException refusal)
            {
                var prefix = $"redis store: error connecting to redis at {server.Host}: ";
                Assert.StartsWith(prefix, refusal.Message, StringComparison.Ordinal);
                return refusal.Message[prefix.Length..];
            }
        }
    }

    [Fact]
    public async Task Databases_keep_their_keys_apart()
    {
        await using var third = await redis.StoreAsync(("redisDB", "3"));
        await using var fourth = await redis.StoreAsync(("redisDB", "4"));
        await third.WriteAsync(Greeting, Cancellation);
        Assert.NotNull(await third.GetAsync(new StateRead("k"), Cancellation));
        Assert.Null(await fourth.GetAsync(new StateRead("k"), Cancellation));
    }

    [Fact]
    public async Task Tls_is_spoken_and_a_certificate_that_nobody_vouches_for_is_refused_unless_told()
    {
        var folder = Directory.CreateTempSubdirectory("redis-tls-").FullName;
        try
        {
            var (certificate, key) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
            await WriteCertificateAsync(certificate, key);
            await using var server = await RedisFixture.StartAsync("--port", "0", "--tls-port", "{port}", "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-auth-clients", "no");

            await using var careless = RedisFixture.Store(("redisHost", server.Host), ("enableTLS", "true"), ("insecureSkipTLSVerify", "true"));
            await careless.InitAsync(Cancellation);
            await careless.WriteAsync(Greeting, Cancellation);
            Assert.Equal("hello", Encoding.UTF8.GetString((await careless.GetAsync(new StateRead("k"), Cancellation))!.Data.Span));

            await using var careful = RedisFixture.Store(("redisHost", server.Host), ("enableTLS", "true"));
            using var late = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
            var refusal = await Assert.ThrowsAsync<ComponentException>(() => careful.InitAsync(late.Token));
            Assert.Contains("tls: The remote certificate was rejected", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_strong_write_is_on_the_replica_when_it_is_acknowledged()
    {
        await using var primary = await RedisFixture.StartAsync("--repl-diskless-sync-delay", "0");
        await using var replica = await RedisFixture.StartAsync("--replicaof", "127.0.0.1", $"{primary.Port}");
        await using var console = await RedisConsole.OpenAsync(primary.Host);
        await using var copy = await RedisConsole.OpenAsync(replica.Host);
        Assert.Equal("1", await console.AskOneAsync("WAIT", "1", "10000"));

        await using var store = RedisFixture.Store(("redisHost", primary.Host));
        await store.InitAsync(Cancellation);
        for (var i = 1; i <= 20; i++)
        {
            await store.WriteAsync(Greeting with { Consistency = "strong" }, Cancellation);
            Assert.Equal($"{i}", await copy.AskOneAsync("HGET", "k", "version"));
        }
    }

    private static async Task WriteCertificateAsync(string certificate, string key)
    {
        using var secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=redis", secret, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await File.WriteAllTextAsync(certificate, signed.ExportCertificatePem(), Cancellation);
        await File.WriteAllTextAsync(key, secret.ExportPkcs8PrivateKeyPem(), Cancellation);
    }
}
