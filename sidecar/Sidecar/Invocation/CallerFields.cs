using System.Net;
using System.Net.Sockets;

namespace Sidecar.Invocation;

/// <summary>What a call from one sidecar to another says about where it comes from.</summary>
internal static class CallerFields
{
    private static readonly string Host = Dns.GetHostName();
    private static readonly string Address = FindAddress();
    private static readonly string Forwarded = $"for={Quoted(Address)};by={Quoted(Address)};host={Host}";

    /// <summary>Once for each call, however often it is tried.</summary>
    public static void Stamp(InvokeRequest request, string appId, string ns, string calleeId)
    {
        if (request.IsStamped)
        {
            return;
        }

        request.IsStamped = true;
        var fields = request.Metadata;
        fields.Add("X-Forwarded-For", Address);
        fields.Add("X-Forwarded-Host", Host);
        fields.Add("Forwarded", Forwarded);
        fields.Set("destination-app-id", calleeId);
        fields.Set("dapr-caller-namespace", ns);
        fields.Set("dapr-caller-app-id", appId);
        fields.Set("dapr-callee-app-id", calleeId);
    }

    private static string FindAddress()
    {
        if (Environment.GetEnvironmentVariable("DAPR_HOST_IP") is { Length: > 0 } told)
        {
            return told;
        }

        try
        {
            // Nothing is sent: the kernel says which of its addresses it would use.
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect("192.0.2.1", 80);
            return ((IPEndPoint)probe.LocalEndPoint!).Address.ToString();
        }
        catch (SocketException)
        {
            return IPAddress.Loopback.ToString();
        }
    }

    private static string Quoted(string address) => address.Contains(':') ? $"\"[{address}]\"" : address;
}
