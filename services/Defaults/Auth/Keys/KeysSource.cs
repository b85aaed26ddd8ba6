using Dapr.Client;

namespace Library.Defaults.Auth.Keys;

/// <summary>Where the public keys of the issuer come from, as a JWKS. The service that issues tokens registers its own.</summary>
public delegate Task<ReadOnlyMemory<byte>> KeysSource(CancellationToken cancellation);

/// <summary>What the service "user" answers by invocation.</summary>
internal sealed class ToldKeys(DaprClient dapr)
{
    private const string Issuer = "user";
    private static readonly Uri Address = new("/.well-known/jwks.json", UriKind.Relative);

    public async Task<ReadOnlyMemory<byte>> Read(CancellationToken cancellation)
    {
        using var http = dapr.CreateInvokableHttpClient(Issuer);
        http.MaxResponseContentBufferSize = KeySet.MostBytes;
        return await http.GetByteArrayAsync(Address, cancellation);
    }
}
