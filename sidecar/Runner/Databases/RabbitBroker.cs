using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sidecar.Components;
using Sidecar.PubSub.RabbitMq;

namespace Runner.Databases;

internal sealed record RabbitBroker(string Host, int Port, string User, string Password, string VirtualHost, bool IsTls) : Server("RabbitMQ", Host, Port)
{
    private const string Variables = "LIBRARY_RABBITMQ";

    public static RabbitBroker Of(ComponentSpec component)
    {
        var address = RabbitMqAddress.Of(component.Metadata);
        return new RabbitBroker(address.Host, address.Port, address.User, address.Password, address.VirtualHost, address.IsTls);
    }

    public override async Task<Fault?> CheckAsync(CancellationToken cancellation)
    {
        try
        {
            if (IsTls)
            {
                await GreetAsync(default, cancellation);
                return null;
            }

            var factory = new ConnectionFactory
            {
                HostName = Host, Port = Port, UserName = User, Password = Password, VirtualHost = VirtualHost,
                AutomaticRecoveryEnabled = false, RequestedConnectionTimeout = Patience, ContinuationTimeout = Patience, HandshakeContinuationTimeout = Patience,
            };
            await using var connection = await factory.CreateConnectionAsync(cancellation);
            await connection.CloseAsync(cancellation);
            return null;
        }
        catch (BrokerUnreachableException problem) when (problem.InnerException is AuthenticationFailureException)
        {
            return new Fault($"{Name} does not know user {User} with the password in the secret store", $"set {Variables} to amqp://user:password@{Host}:{Port}") { IsLasting = true };
        }
        catch (Exception problem) when (problem is OperationInterruptedException or BrokerUnreachableException { InnerException: OperationInterruptedException })
        {
            return new Fault($"{Name} refuses virtual host {VirtualHost}: {problem.GetBaseException().Message}", $"make it with rabbitmqctl, or set {Variables} to one that is there") { IsLasting = true };
        }
        catch (Exception problem) when (problem is BrokerUnreachableException || IsOfNetwork(problem))
        {
            return Unreachable(problem, Variables);
        }
    }

    public override Task<string> ForgetAsync(CancellationToken cancellation) => Task.FromResult(
        $"{Name} keeps its queues, and messages in them are delivered to the new data: rabbitmqctl delete_queue NAME empties what rabbitmqctl list_queues shows");

    public override string ToString() => Name;

    /// <summary>Printing a record must not print its password.</summary>
    protected override bool PrintMembers(StringBuilder builder) => false;
}
