using System.Collections.Concurrent;
using Dapr.Client;
using Sdk.Tests.Ground;

namespace Sdk.Tests.Samples;

/// <summary>Programs in the style of the official quickstarts, run as they are.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task State_management_works() =>
        Assert.Equal(
            [
                "Saving Order: SampleOrder { OrderId = 1 }", "Getting Order: SampleOrder { OrderId = 1 }",
                "Saving Order: SampleOrder { OrderId = 2 }", "Getting Order: SampleOrder { OrderId = 2 }",
                "Saving Order: SampleOrder { OrderId = 3 }", "Getting Order: SampleOrder { OrderId = 3 }",
                "order_2: ", "order_3: \"3\"", "saved: True", "text",
            ],
            Ordered(await StateSample.Run()));

    [Fact]
    public async Task Secrets_work() => Assert.Equal("[api-key, sesame] open True", await SecretSample.Run());

    [Fact]
    public async Task Publishing_subscribing_and_invoking_work()
    {
        var port = Ports.Free();
        var processed = new ConcurrentBag<int>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var sidecar = await RunningSidecar.StartAsync("order-processor", port);
        await using var app = WebSample.Create([$"--urls=http://127.0.0.1:{port}", $"--DAPR_HTTP_PORT={sidecar.HttpPort}", $"--DAPR_GRPC_PORT={sidecar.GrpcPort}"], order =>
        {
            processed.Add(order);
            if (processed.Distinct().Count() == 5)
            {
                all.TrySetResult();
            }
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = sidecar.Builder().Build();
        await RunningSidecar.WithAppAsync(client);

        using var http = client.CreateInvokableHttpClient("order-processor");
        Assert.Equal("[", (await http.GetStringAsync(new Uri("/dapr/subscribe", UriKind.Relative), TestContext.Current.CancellationToken))[..1]);
        Assert.Equal([1, 2, 3, 5], await InvokeSample.Run("order-processor"));
        await all.Task.WaitAsync(Rig.Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>A store may answer many keys in any order.</summary>
    private static List<string> Ordered(List<string> lines) => [.. lines[..6], .. lines[6..8].Order(StringComparer.Ordinal), .. lines[8..]];
}
