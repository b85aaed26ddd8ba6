using Google.Protobuf;

namespace Dapr.Wire;

/// <summary>A method of a service on the gRPC port, and how its answers are read.</summary>
internal sealed class WireMethod<TResponse>(string path, MessageParser<TResponse> parser)
    where TResponse : class, IMessage<TResponse>
{
    public string Path => path;

    public MessageParser<TResponse> Parser => parser;
}
