using System.Net.Sockets;
using Npgsql;

namespace Sidecar.State.PostgreSql;

/// <summary>PostgreSQL cannot be reached or cannot do its work, in the words of the driver that daprd uses.</summary>
internal sealed class PostgresFailure(string message, Exception inner) : Exception(message, inner)
{
    /// <summary>A value that the database refuses is the caller's affair, everything else is the store's failure.</summary>
    public static Exception Of(Exception error) => error switch
    {
        PostgresException { SqlState: ['2', '2' or '3', ..] } refusal => new StateException(Text(refusal)),
        PostgresException refusal => new PostgresFailure(Text(refusal), refusal),
        NpgsqlException { InnerException: TimeoutException } => new PostgresFailure("timeout: context deadline exceeded", error),
        NpgsqlException => new PostgresFailure("unexpected EOF", error),
        _ => error,
    };

    public static PostgresFailure OfConnecting(Exception error, NpgsqlConnectionStringBuilder connection)
    {
        var address = connection.Host is ['/', ..] ? $"{connection.Host}/.s.PGSQL.{connection.Port}" : $"{connection.Host}:{connection.Port}";
        var reason = error switch
        {
            PostgresException refusal => $"server error: {Text(refusal)}",
            { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } } =>
                $"hostname resolving error: lookup {connection.Host}: no such host",
            { InnerException: SocketException socket } => $"dial error: dial {(connection.Host is ['/', ..] ? "unix" : "tcp")} {address}: {Words(socket)}",
            TimeoutException or { InnerException: TimeoutException } => $"dial error: timeout: dial tcp {address}: i/o timeout",
            _ => error.Message,
        };
        return new PostgresFailure($"failed to connect to `user={connection.Username} database={connection.Database}`: {address} ({connection.Host}): {reason}", error);
    }

    private static string Text(PostgresException error) => $"{error.Severity}: {error.MessageText} (SQLSTATE {error.SqlState})";

    private static string Words(SocketException socket) => socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connect: connection refused",
        SocketError.TimedOut => "i/o timeout",
        SocketError.NetworkUnreachable => "connect: network is unreachable",
        SocketError.HostUnreachable => "connect: no route to host",
        _ => "connect: " + socket.Message,
    };
}
