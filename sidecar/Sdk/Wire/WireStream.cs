using Google.Protobuf;

namespace Dapr.Wire;

/// <summary>A call whose answers keep coming.</summary>
internal sealed class WireStream<TResponse>(WireChannel channel, WireMethod<TResponse> method, bool isCancellationThrown, CancellationToken cancellation) : IDisposable
    where TResponse : class, IMessage<TResponse>
{
    private readonly WireTime time = new(null, isCancellationThrown, cancellation);
    private HttpResponseMessage? response;
    private WireReader? reader;

    public async Task OpenAsync(IMessage request, WireFields fields)
    {
        try
        {
            response = await channel.SendAsync(method.Path, request, fields, null, time.Token);
            reader = await channel.ReaderOfAsync(response, time.Token);
        }
        catch (Exception problem)
        {
            throw time.FailureOf(problem);
        }
    }

    /// <summary>Null when the server has ended the call well.</summary>
    public async ValueTask<TResponse?> ReadAsync()
    {
        try
        {
            var message = await reader!.ReadAsync(method.Parser, time.Token);
            if (message is null)
            {
                WireStatus.CheckEnd(response!);
            }

            return message;
        }
        catch (Exception problem)
        {
            throw time.FailureOf(problem);
        }
    }

    public void Dispose()
    {
        reader?.Dispose();
        response?.Dispose();
        time.Dispose();
    }
}
