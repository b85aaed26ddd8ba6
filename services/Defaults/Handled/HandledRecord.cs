using System.Security.Cryptography;
using System.Text;
using Library.Contracts;

namespace Library.Defaults.Handled;

/// <summary>That a command was handled, and what was answered; written in the transaction of its effect.</summary>
internal sealed record HandledRecord(string Identity, string ReplyTo, Reply Reply, DateTimeOffset At)
{
    public int Schema { get; init; } = 1;

    public static string KeyOf(string identity) => $"handled|{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))}";
}
