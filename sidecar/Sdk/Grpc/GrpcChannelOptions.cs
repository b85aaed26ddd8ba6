namespace Grpc.Net.Client;

/// <summary>How a client reaches the sidecar over gRPC.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>The longest message that is sent, in bytes; null is no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>The longest message that is accepted, in bytes; null is no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>The client to send with; not together with <see cref="HttpHandler"/>.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>The handler to send with, in a test for instance; not together with <see cref="HttpClient"/>.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether the given client or handler ends with the channel.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Whether cancelled calls throw <see cref="OperationCanceledException"/> in place of RpcException.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>The version of HTTP to ask for; null is 2.</summary>
    public Version? HttpVersion { get; set; }

    /// <summary>Which other version is accepted; null is exactly the one asked for.</summary>
    public HttpVersionPolicy? HttpVersionPolicy { get; set; }
}
