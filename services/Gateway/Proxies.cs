using Microsoft.AspNetCore.HttpOverrides;

namespace Library.Gateway;

internal static class Proxies
{
    /// <summary>Where a client is, as the proxies of these networks say; nobody else is believed.</summary>
    public static void BelieveProxies(this WebApplication app, IReadOnlyList<string> networks)
    {
        if (networks.Count == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
        {
            options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        }

        app.UseForwardedHeaders(options);
    }
}
