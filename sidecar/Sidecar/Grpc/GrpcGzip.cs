using System.Buffers;
using System.IO.Compression;
using Sidecar.Errors;

namespace Sidecar.Grpc;

/// <summary>Unpacks a gzip message, never past the limit: a few bytes can stand for gigabytes.</summary>
internal static class GrpcGzip
{
    public const string Name = "gzip";

    public static byte[] Inflate(ReadOnlySequence<byte> packed, int limit)
    {
        using var gzip = new GZipStream(new MemoryStream(packed.ToArray(), writable: false), CompressionMode.Decompress);
        var chunk = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            using var plain = new MemoryStream();
            int count;
            while ((count = gzip.Read(chunk)) > 0)
            {
                if (plain.Length + count > limit)
                {
                    throw GrpcErrors.Of(GrpcCode.ResourceExhausted, $"grpc: received message after decompression larger than max {limit}");
                }

                plain.Write(chunk, 0, count);
            }

            return plain.ToArray();
        }
        catch (InvalidDataException)
        {
            throw GrpcErrors.Internal("grpc: failed to read decompressed data: gzip: invalid header");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
