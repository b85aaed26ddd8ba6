using System.Net.Http.Json;
using Dapr.Client;
using Library.Defaults.Facts;
using Library.Defaults.Stores;

namespace Library.Defaults.Rebuild;

/// <summary>Reads entries of one place of a command service's outbox: those that exist from a number on, up to a limit.</summary>
internal delegate Task<FactsPage> FactsSource(string app, int place, long from, int limit, CancellationToken cancellation);

/// <summary>GET /facts, by invocation.</summary>
internal sealed class InvokedFacts(DaprClient dapr)
{
    public async Task<FactsPage> Read(string app, int place, long from, int limit, CancellationToken cancellation)
    {
        using var http = dapr.CreateInvokableHttpClient(app);
        return await http.GetFromJsonAsync<FactsPage>($"/facts?place={place}&from={from}&limit={limit}", StoredJson.Options, cancellation)
            ?? throw new HttpRequestException($"{app} answered nothing to GET /facts.");
    }
}
