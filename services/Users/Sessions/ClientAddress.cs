using System.Net;
using System.Net.Sockets;

namespace Library.Users.Sessions;

/// <summary>
/// Where a request comes from: the first that X-Forwarded-For names is what the gateway saw, which lets no client write it; sidecars add theirs behind it.
/// Of IPv6 the network: a client has a whole one to itself.
/// </summary>
internal sealed record ClientAddress(string Network)
{
    private const int NetworkBytes = 8;

    public static ValueTask<ClientAddress?> BindAsync(HttpContext http) => ValueTask.FromResult<ClientAddress?>(Of(http));

    private static ClientAddress Of(HttpContext http)
    {
        var first = http.Request.Headers["X-Forwarded-For"].ToString().Split(',')[0].Trim();
        return new ClientAddress(NetworkOf(IPAddress.TryParse(first, out var told) ? told : http.Connection.RemoteIpAddress ?? IPAddress.None));
    }

    private static string NetworkOf(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString()
        : address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, NetworkBytes))
        : address.ToString();
}
