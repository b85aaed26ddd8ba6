using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Sidecar.PubSub.RabbitMq;

/// <summary>
/// One channel to publish on and the messages on it that the broker has not answered yet. Callers do not wait for one another's answers.
/// The library's own tracking is not used: it adds a header to every message.
/// </summary>
internal sealed class RabbitMqChannel : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly IChannel channel;
    private readonly bool confirms;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Dictionary<ulong, TaskCompletionSource> unanswered = [];
    private ulong published;
    private ulong oldest = 1;
    private bool broken;

    private RabbitMqChannel(IChannel channel, bool confirms, TimeProvider time)
    {
        (this.channel, this.confirms, this.time) = (channel, confirms, time);
        channel.BasicAcksAsync += (_, answer) => Answer(answer.DeliveryTag, answer.Multiple, refusal: null);
        channel.BasicNacksAsync += (_, answer) => Answer(answer.DeliveryTag, answer.Multiple, new BrokerException("did not receive confirmation of publishing: the broker refused the message"));
        channel.ChannelShutdownAsync += (_, reason) => Break(reason);
    }

    public bool IsOpen => channel.IsOpen && !broken;

    public static async Task<RabbitMqChannel> OpenAsync(IConnection connection, bool confirms, TimeProvider time, CancellationToken cancellation)
    {
        var options = new CreateChannelOptions(publisherConfirmationsEnabled: confirms, publisherConfirmationTrackingEnabled: false);
        return new(await connection.CreateChannelAsync(options, cancellation), confirms, time);
    }

    /// <summary>Returns when the broker has answered or, without confirms, when the message is on its way.</summary>
    public async ValueTask PublishAsync(string exchange, string routingKey, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        TaskCompletionSource? answer = null;
        if (!await turn.WaitAsync(Patience, cancellation))
        {
            throw new TimeoutException();
        }

        try
        {
            if (confirms)
            {
                answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
                Expect(answer);
            }

            // Half a message on the wire would be the end of the channel, so nobody interrupts this.
            var sending = channel.BasicPublishAsync(exchange, routingKey, mandatory: false, properties, body, CancellationToken.None);
            if (!sending.IsCompletedSuccessfully)
            {
                await sending.AsTask().WaitAsync(Patience, time, CancellationToken.None);
            }
        }
        catch
        {
            // Numbers no longer match the broker's.
            broken = true;
            throw;
        }
        finally
        {
            turn.Release();
        }

        if (answer is not null)
        {
            await answer.Task.WaitAsync(Patience, time, cancellation);
        }
    }

    public void Dispose()
    {
        channel.Dispose();
        turn.Dispose();
    }

    private void Expect(TaskCompletionSource answer)
    {
        lock (unanswered)
        {
            if (broken)
            {
                throw new AlreadyClosedException(channel.CloseReason ?? new ShutdownEventArgs(ShutdownInitiator.Library, Constants.ChannelError, "channel is broken"));
            }

            unanswered.Add(++published, answer);
        }
    }

    private Task Answer(ulong tag, bool multiple, Exception? refusal)
    {
        lock (unanswered)
        {
            for (var number = multiple ? oldest : tag; number <= tag; number++)
            {
                if (unanswered.Remove(number, out var answer))
                {
                    _ = refusal is null ? answer.TrySetResult() : answer.TrySetException(refusal);
                }
            }

            oldest = multiple ? Math.Max(oldest, tag + 1) : oldest;
        }

        return Task.CompletedTask;
    }

    private Task Break(ShutdownEventArgs reason)
    {
        lock (unanswered)
        {
            broken = true;
            foreach (var answer in unanswered.Values)
            {
                answer.TrySetException(new AlreadyClosedException(reason));
            }

            unanswered.Clear();
        }

        return Task.CompletedTask;
    }
}
