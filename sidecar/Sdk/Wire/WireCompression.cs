using System.IO.Compression;
using Grpc.Core;

namespace Dapr.Wire;

/// <summary>The compressions of messages that this client offers to servers.</summary>
internal static class WireCompression
{
    public const string Offered = "identity,gzip,deflate";

    public static byte[] Expand(string? encoding, ReadOnlySpan<byte> bytes, int? limit)
    {
        using var packed = new MemoryStream(bytes.ToArray(), writable: false);
        using Stream plain = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionMode.Decompress),
            "deflate" => new ZLibStream(packed, CompressionMode.Decompress),
            null or "identity" => throw WireFailure.Of(StatusCode.Internal, "Request sent 'identity' grpc-encoding value with compressed message."),
            _ => throw WireFailure.Of(StatusCode.Unimplemented, $"Unsupported grpc-encoding value '{encoding}'. Supported encodings: {Offered}"),
        };
        using var expanded = new MemoryStream();
        Span<byte> part = stackalloc byte[4096];
        try
        {
            for (var read = plain.Read(part); read > 0; read = plain.Read(part))
            {
                expanded.Write(part[..read]);
                if (expanded.Length > limit)
                {
                    throw WireFailure.Of(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.");
                }
            }
        }
        catch (InvalidDataException problem)
        {
            throw WireFailure.Of(StatusCode.Internal, $"Failed to decompress the message. {problem.Message}", problem);
        }

        return expanded.ToArray();
    }
}
