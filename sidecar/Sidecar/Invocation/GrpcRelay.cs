using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Sidecar.Errors;
using Sidecar.Grpc;
using Sidecar.Resiliency;

namespace Sidecar.Invocation;

/// <summary>One call on its way from a caller to a server, its messages as they are.</summary>
internal sealed class GrpcRelay(GrpcCall call, GrpcChannel server, GrpcCallOptions options)
{
    private bool hasAnswered;

    public async ValueTask RunAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.Cancellation);
        await using var passed = server.Open(call.Method, options, call.Cancellation);
        var sending = SendAsync(passed, stop.Token);
        var receiving = ReceiveAsync(passed).AsTask();
        if (await Task.WhenAny(sending, receiving) == sending)
        {
            await sending;
        }

        try
        {
            await receiving;
        }
        finally
        {
            await stop.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Under a policy, for calls with one message: that one can be sent again.</summary>
    public async ValueTask RunAsync(Policy policy)
    {
        var message = await call.ReadBytesAsync();
        if (message is not null && await call.ReadBytesAsync() is not null)
        {
            throw GrpcErrors.Of(GrpcCode.FailedPrecondition, "cannot use resiliency policies with retries on streaming RPCs");
        }

        try
        {
            await policy.RunAsync(static (state, token) => state.Item1.TryAsync(state.message, token), (this, message), call.Cancellation);
        }
        catch (RefusedException refused)
        {
            throw refused.Answer;
        }
        catch (Exception problem) when (problem is TimeoutException or CircuitOpenException)
        {
            throw InvocationException.OfPolicy(problem);
        }
    }

    private async ValueTask<bool> TryAsync(byte[]? message, CancellationToken cancellation)
    {
        await using var passed = server.Open(call.Method, options, cancellation);
        try
        {
            if (message is not null)
            {
                await passed.WriteBytesAsync(message);
            }

            passed.Complete();
            await ReceiveAsync(passed);
            return true;
        }
        catch (GrpcException answer)
        {
            var refused = new RefusedException(answer);
            throw hasAnswered ? new PermanentException(refused) : refused;
        }
    }

    /// <summary>Throws when the caller's messages make no sense; a server that takes no more says why in its answer.</summary>
    private async Task SendAsync(GrpcClientCall passed, CancellationToken cancellation)
    {
        while (await call.ReadBytesAsync(cancellation) is { } message)
        {
            try
            {
                await passed.WriteBytesAsync(message);
            }
            catch (GrpcException)
            {
                return;
            }
        }

        passed.Complete();
    }

    private async ValueTask ReceiveAsync(GrpcClientCall passed)
    {
        try
        {
            var headers = await passed.HeadersAsync();
            Copy(headers, call.ResponseHeaders);
            while (await passed.ReadBytesAsync() is { } message)
            {
                hasAnswered = true;
                await call.WriteBytesAsync(message);
            }

            Copy(passed.Trailers, call.Trailers);
        }
        catch (GrpcException refusal)
        {
            if (refusal.Trailers is { } trailers && !ReferenceEquals(trailers, refusal.Headers))
            {
                // Without a message the headers go first, or the server's trailers would come before its status.
                await call.SendHeadersAsync();
                Copy(trailers, call.Trailers);
            }

            throw;
        }
    }

    private static void Copy(HttpResponseHeaders? from, IHeaderDictionary to)
    {
        if (from is null)
        {
            return;
        }

        foreach (var (name, values) in from.NonValidated)
        {
            if (!GrpcFields.IsOfConnection(name))
            {
                to[name.ToLowerInvariant()] = values.ToArray();
            }
        }
    }

    private sealed class RefusedException(GrpcException answer) : AppStatusException((int)answer.Code, answer.Message)
    {
        public GrpcException Answer => answer;
    }
}
