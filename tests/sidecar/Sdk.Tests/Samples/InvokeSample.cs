using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapr.Client;

namespace Sdk.Tests.Samples;

/// <summary>Calls of another app as first programs do them.</summary>
internal static class InvokeSample
{
    public static async Task<List<int>> Run(string appId)
    {
        var taken = new List<int>();

        // The client of the SDK
        var client = DaprClient.CreateInvokeHttpClient(appId: appId);
        var cts = new CancellationTokenSource();
        for (var i = 1; i <= 2; i++)
        {
            var order = new Order(i);
            var response = await client.PostAsJsonAsync("/checkout", order, cts.Token);
            response.EnsureSuccessStatusCode();
            taken.Add((await response.Content.ReadFromJsonAsync<Order>())!.orderId);
        }

        // Plain HTTP with the app's id in a header
        var baseURL = (Environment.GetEnvironmentVariable("BASE_URL") ?? "http://localhost") + ":" + (Environment.GetEnvironmentVariable("DAPR_HTTP_PORT") ?? "3500");
        var plain = new HttpClient();
        plain.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        plain.DefaultRequestHeaders.Add("dapr-app-id", appId);
        var content = new StringContent(JsonSerializer.Serialize(new Order(3)), Encoding.UTF8, MediaTypeNames.Application.Json);
        var answer = await plain.PostAsync($"{baseURL}/checkout", content);
        taken.Add((await answer.Content.ReadFromJsonAsync<Order>())!.orderId);

        // The client's own methods
        using var dapr = new DaprClientBuilder().Build();
        var request = dapr.CreateInvokeMethodRequest(HttpMethod.Post, appId, "checkout");
        request.Content = JsonContent.Create(new Order(4));
        await dapr.InvokeMethodAsync(request);
        var result = await dapr.InvokeMethodAsync<Order, Order>(HttpMethod.Post, appId, "checkout", new Order(5));
        taken.Add(result.orderId);
        return taken;
    }

    public sealed record Order([property: JsonPropertyName("orderId")] int orderId);
}
