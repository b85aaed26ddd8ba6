using System.Text;
using Sidecar.Components;
using Sidecar.State.Redis;

namespace Runner.Databases;

/// <summary>The numbered database of one service.</summary>
internal sealed record RedisDatabase(string Host, int Port, int Number, string User, string Password, bool IsTls) : Server("Redis", Host, Port)
{
    private const string Variables = "LIBRARY_REDIS_HOST";

    public static RedisDatabase Of(ComponentSpec component)
    {
        var options = RedisOptions.From(component.Metadata);
        return new RedisDatabase(options.Server.Host, options.Server.Port, options.Database, options.User, options.Password, options.Tls);
    }

    public override async Task<Fault?> CheckAsync(CancellationToken cancellation)
    {
        try
        {
            var answer = await GreetAsync(IsTls ? default : Command("PING"), cancellation);
            return (IsTls, answer) switch
            {
                (true, _) => null,
                (_, var text) when text.Contains("+PONG", StringComparison.Ordinal) => null,
                (_, var text) when text.StartsWith('-') => new Fault($"{Name} refuses: {text.TrimEnd()[1..]}", "set LIBRARY_REDIS_PASSWORD") { IsLasting = true },
                _ => new Fault($"what answers at {Host}:{Port} is no Redis", $"say where Redis is with {Variables}") { IsLasting = true },
            };
        }
        catch (Exception problem) when (IsOfNetwork(problem))
        {
            return Unreachable(problem, Variables);
        }
    }

    public override async Task<string> ForgetAsync(CancellationToken cancellation)
    {
        if (IsTls)
        {
            return $"database {Number} of {Name} keeps what it has: redis-cli --tls -n {Number} FLUSHDB empties it";
        }

        try
        {
            var answer = await GreetAsync(Command($"SELECT {Number}", "FLUSHDB"), cancellation);
            return answer.Contains('-') ? $"database {Number} of {Name} keeps what it has: {answer.Trim()}" : $"database {Number} of {Name} is empty";
        }
        catch (Exception problem) when (IsOfNetwork(problem))
        {
            return $"database {Number} of {Name} keeps what it has: {problem.GetBaseException().Message}";
        }
    }

    public override string ToString() => $"{Name}, database {Number}";

    /// <summary>Printing a record must not print its password.</summary>
    protected override bool PrintMembers(StringBuilder builder) => false;

    private byte[] Command(params string[] commands)
    {
        var login = Password.Length == 0 ? [] : new[] { Array("AUTH", [.. User.Length > 0 ? new[] { User } : [], Password]) };
        return Encoding.UTF8.GetBytes(string.Concat([.. login, .. commands.Select(command => command + "\r\n")]));
    }

    private static string Array(string word, string[] rest) =>
        $"*{rest.Length + 1}\r\n{string.Concat(rest.Prepend(word).Select(part => $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n"))}";
}
