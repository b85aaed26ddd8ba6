using System.Collections.Concurrent;
using System.Net;
using Library.Defaults.Web;
using Microsoft.Extensions.Options;

namespace Library.Gateway;

/// <summary>So many requests at once, in all and of one client. Nobody queues: who waits in line holds a connection and learns nothing.</summary>
internal sealed class Crowd(IOptions<GatewayOptions> options)
{
    private readonly ConcurrentDictionary<IPAddress, int> _ofClient = new();
    private int _all;

    public async Task Admit(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<OpenToAll>() is not null)
        {
            await next(http);
            return;
        }

        var client = http.Connection.RemoteIpAddress ?? IPAddress.None;
        var ofClient = _ofClient.AddOrUpdate(client, 1, static (_, count) => count + 1);
        var all = Interlocked.Increment(ref _all);
        try
        {
            await (ofClient > options.Value.MaxRequestsOfOneClient ? Problem.TooMany(http, isClients: true)
                : all > options.Value.MaxRequests ? Problem.TooMany(http, isClients: false)
                : next(http));
        }
        finally
        {
            Interlocked.Decrement(ref _all);
            Leave(client);
        }
    }

    private void Leave(IPAddress client)
    {
        if (_ofClient.AddOrUpdate(client, 0, static (_, count) => count - 1) == 0)
        {
            // Only while it is still zero: somebody may have come meanwhile.
            _ofClient.TryRemove(new KeyValuePair<IPAddress, int>(client, 0));
        }
    }
}
