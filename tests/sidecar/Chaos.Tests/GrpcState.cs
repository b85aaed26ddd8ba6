using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Chaos.Tests;

/// <summary>Saves and reads one key over gRPC, without a library for it. Keys and values are short.</summary>
internal sealed class GrpcState(int port) : IDisposable
{
    private const int Prefix = 5;
    private readonly HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

    public Task SaveAsync(string store, string key, string value, CancellationToken cancellation) =>
        CallAsync("SaveState", [.. Field(1, store), .. Field(2, [.. Field(1, key), .. Field(2, value)])], cancellation);

    public async Task<string> GetAsync(string store, string key, CancellationToken cancellation)
    {
        var answer = await CallAsync("GetState", [.. Field(1, store), .. Field(2, key)], cancellation);
        return answer is [10, var length, ..] ? Encoding.UTF8.GetString(answer, 2, length) : "";
    }

    public void Dispose() => client.Dispose();

    private async Task<byte[]> CallAsync(string method, byte[] message, CancellationToken cancellation)
    {
        var frame = new byte[Prefix + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, Prefix);
        using var content = new ByteArrayContent(frame);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/dapr.proto.runtime.v1.Dapr/{method}") { Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var answer = await client.SendAsync(request, cancellation);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        var status = answer.TrailingHeaders.Concat(answer.Headers).FirstOrDefault(field => field.Key == "grpc-status").Value?.Single();
        return status == "0" ? body[Prefix..] : throw new HttpRequestException($"{method}: grpc-status {status}");
    }

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] bytes) => [(byte)((number << 3) | 2), checked((byte)bytes.Length), .. bytes];
}
