using Google.Protobuf;

namespace Dapr.Wire;

/// <summary>A call whose answers keep coming.</summary>
internal sealed class WireStream<TResponse> : IDisposable
    where TResponse : class, IMessage<TResponse>
{
    private readonly WireChannel channel;
    private readonly MessageParser<TResponse> parser;
    private readonly CancellationTokenSource ending;
    private readonly WireTime time;
    private Task<HttpResponseMessage>? opening;
    private WireReader? reader;

    public WireStream(WireChannel channel, MessageParser<TResponse> parser, bool isCancellationThrown, CancellationToken cancellation)
    {
        this.channel = channel;
        this.parser = parser;
        ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time = new WireTime(null, isCancellationThrown, ending.Token);
    }

    public void Start(string path, IMessage request, WireFields fields) => opening = channel.SendAsync(path, request, fields, null, time.Token).AsTask();

    /// <summary>Null when the server has ended the call well.</summary>
    public async ValueTask<TResponse?> ReadAsync()
    {
        try
        {
            var response = await opening!;
            reader ??= await channel.ReaderOfAsync(response, time.Token);
            var message = await reader.ReadAsync(parser, time.Token);
            if (message is null)
            {
                WireStatus.CheckEnd(response);
            }

            return message;
        }
        catch (Exception problem)
        {
            throw time.FailureOf(problem);
        }
    }

    public void Cancel() => ending.Cancel();

    public void Dispose()
    {
        ending.Cancel();
        reader?.Dispose();
        if (opening is { IsCompletedSuccessfully: true })
        {
            opening.Result.Dispose();
        }

        time.Dispose();
        ending.Dispose();
    }
}
