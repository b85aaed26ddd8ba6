using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Sidecar.Http;

/// <summary>
/// HTTP/1.1 and HTTP/2 without TLS on one port, as daprd serves them. Kestrel chooses between the two by what TLS negotiated; a
/// connection that opens with HTTP/2's first bytes is shown to it as one that negotiated h2. With <paramref name="isOnly"/> nothing
/// else is let in. A peer that says nothing at all is not waited for.
/// </summary>
internal sealed class Http2Prologue(ConnectionDelegate next, bool isOnly)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly Negotiated Http2 = new();

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        bool isHttp2;
        using (var patience = new CancellationTokenSource(Patience))
        {
            try
            {
                isHttp2 = await StartsAsHttp2Async(connection.Transport.Input, patience.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        if (isHttp2)
        {
            connection.Features.Set<ITlsConnectionFeature>(Http2);
            connection.Features.Set<ITlsApplicationProtocolFeature>(Http2);
        }

        if (isHttp2 || !isOnly)
        {
            await next(connection);
        }
    }

    private static async ValueTask<bool> StartsAsHttp2Async(PipeReader input, CancellationToken patience)
    {
        while (true)
        {
            var read = await input.ReadAsync(patience);
            var start = read.Buffer;
            var enough = start.Length >= 3 || read.IsCompleted;
            var isHttp2 = enough && IsPrologue(start);
            input.AdvanceTo(start.Start, enough ? start.Start : start.End);
            if (enough)
            {
                return isHttp2;
            }
        }
    }

    /// <summary>No HTTP/1 method begins with PRI.</summary>
    private static bool IsPrologue(System.Buffers.ReadOnlySequence<byte> start)
    {
        var reader = new System.Buffers.SequenceReader<byte>(start);
        return reader.IsNext("PRI"u8);
    }

    private sealed class Negotiated : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        private static readonly byte[] Name = "h2"u8.ToArray();

        public X509Certificate2? ClientCertificate { get; set; }

        public ReadOnlyMemory<byte> ApplicationProtocol => Name;

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }
}
