using System.Net;
using System.Net.Sockets;
using Runner.Template;
using Sidecar.Hosting;

namespace Runner.Doctor;

/// <summary>Ports that somebody else has.</summary>
internal static class PortCheck
{
    public static IEnumerable<(string Problem, string Mend)> Taken(RunFile file) =>
        from app in file.Apps
        from port in app.Ports
        where IsTaken(port.Port)
        let owner = PortOwner.FindCommand(port.Port)
        select (
            $"port {port.Port} ({port.Key} of {app.Id}) is in use by {owner ?? "somebody who cannot be named (a process of another user, or a connection that goes out from it)"}",
            $"end that process{PidOf(owner)}, or choose another {port.Key} in {Path.GetFileName(file.Path)}");

    private static string PidOf(string? owner) =>
        owner is not null && owner.LastIndexOf("(pid ", StringComparison.Ordinal) is > 0 and var at ? $": kill {owner[(at + "(pid ".Length)..^1]}" : "";

    private static bool IsTaken(int port)
    {
        // Ours listen on loopback or on all addresses; either is in the way.
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            using var probe = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, optionValue: true);
                probe.Bind(new IPEndPoint(address, port));
                probe.Listen(1);
            }
            catch (SocketException problem) when (problem.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                return true;
            }
            catch (SocketException)
            {
                // A machine without IPv6.
            }
        }

        return false;
    }
}
