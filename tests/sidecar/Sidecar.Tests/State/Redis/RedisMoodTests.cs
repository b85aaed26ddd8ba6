using System.Net;
using System.Net.Sockets;
using System.Text;
using Sidecar.State;
using Sidecar.State.Redis;

namespace Sidecar.Tests.State.Redis;

/// <summary>A server that is there and cannot serve yet, or not any more. It says what a test tells it to, connection by connection.</summary>
public sealed class RedisMoodTests : IDisposable
{
    private const string Loading = "-LOADING Redis is loading the dataset in memory\r\n";
    private const string NoReplicas = "$20\r\nconnected_slaves:0\r\n\r\n";
    private const string NoJson = "-ERR unknown command 'JSON.GET'\r\n";
    private readonly TcpListener server = new(IPAddress.Loopback, 0);

    public RedisMoodTests() => server.Start();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task A_server_that_loads_its_data_is_waited_for()
    {
        await using var store = Store("-1");
        var said = SayAsync([Loading, Loading, "+PONG\r\n", NoJson, NoReplicas]);
        await store.InitAsync(Cancellation);
        await said;
    }

    [Fact]
    public async Task A_call_to_a_server_that_loads_its_data_is_repeated()
    {
        await using var store = Store("3");
        var said = SayAsync(["+PONG\r\n", NoJson, NoReplicas, Loading, ":1\r\n"]);
        await store.InitAsync(Cancellation);
        await store.WriteAsync(new StateWrite("k"), Cancellation);
        await said;
    }

    [Fact]
    public async Task A_server_that_has_become_a_replica_is_left_for_a_new_connection()
    {
        await using var store = Store("3");
        var said = SayAsync(["+PONG\r\n", NoJson, NoReplicas, "-READONLY You can't write against a read only replica.\r\n"], [":1\r\n"]);
        await store.InitAsync(Cancellation);
        await store.WriteAsync(new StateWrite("k"), Cancellation);
        await said;
    }

    private RedisStateStore Store(string retries) =>
        RedisFixture.Store(("redisHost", server.LocalEndpoint.ToString()!), ("redisMaxRetries", retries), ("redisMaxRetryInterval", "10ms"));

    private async Task SayAsync(params string[][] connections)
    {
        foreach (var answers in connections)
        {
            using var peer = await server.AcceptSocketAsync(Cancellation);
            foreach (var answer in answers)
            {
                Assert.True(await peer.ReceiveAsync(new byte[4096], Cancellation) > 0);
                await peer.SendAsync(Encoding.ASCII.GetBytes(answer), Cancellation);
            }
        }
    }
}
