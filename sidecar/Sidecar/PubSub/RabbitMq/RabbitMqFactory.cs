using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Sidecar.PubSub.RabbitMq;

/// <summary>How the client library is set up, and what its exceptions mean.</summary>
internal static class RabbitMqFactory
{
    // As much as a broker can be told to take; a message that the client refuses would come again for ever.
    private const uint LargestMessage = 512 * 1024 * 1024;

    /// <summary>Recovery is ours: the library's knows nothing of channels that a refused declaration has closed.</summary>
    public static ConnectionFactory Of(RabbitMqSettings settings) => new()
    {
        HostName = settings.Address.Host,
        Port = settings.Address.Port,
        UserName = settings.Address.User,
        Password = settings.Address.Password,
        VirtualHost = settings.Address.VirtualHost,
        RequestedConnectionTimeout = settings.Address.ConnectTimeout,
        RequestedHeartbeat = settings.Address.Heartbeat ?? settings.Heartbeat,
        MaxInboundMessageBodySize = LargestMessage,
        ClientProvidedName = settings.ClientName.Length > 0 ? settings.ClientName : null,
        AutomaticRecoveryEnabled = false,
        TopologyRecoveryEnabled = false,
        Ssl = RabbitMqTls.Of(settings),
        AuthMechanisms = settings.Address.IsExternalLogin || (settings.SaslExternal && settings.Address.IsTls)
            ? [new ExternalMechanismFactory()]
            : ConnectionFactory.DefaultAuthMechanisms,
    };

    public static bool IsRefusal(Exception failure) =>
        failure is AuthenticationFailureException or PossibleAuthenticationFailureException
            or OperationInterruptedException { ShutdownReason.ReplyCode: Constants.AccessRefused or Constants.NotAllowed }
        || (failure.InnerException is { } inner && IsRefusal(inner));

    /// <summary>The innermost sentence: the outer ones only say that there is one.</summary>
    public static string Reason(Exception failure) => failure switch
    {
        AggregateException { InnerExceptions: [var first, ..] } => Reason(first),
        OperationCanceledException => "no answer",
        { InnerException: { } inner } => Reason(inner),
        _ => failure.Message,
    };

    public static async Task CloseAsync(IConnection connection, ILogger logger)
    {
        try
        {
            if (connection.IsOpen)
            {
                await connection.CloseAsync();
            }

            await connection.DisposeAsync();
        }
        catch (Exception failure) when (failure is RabbitMQClientException or IOException or TimeoutException or OperationCanceledException)
        {
            logger.LogDebug("Closing a connection to RabbitMQ: {Failure}", failure.Message);
        }
    }
}
