using System.Net;
using System.Net.Sockets;
using Runner.Databases;
using Servers;
using Sidecar.Components;

namespace Runner.Tests.Databases;

public sealed class ServerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("state.redis", "redisHost", "localhost:{0}", "Redis at localhost:{0}")]
    [InlineData("pubsub.rabbitmq", "connectionString", "amqp://user:topsecret@localhost:{0}/", "RabbitMQ at localhost:{0}")]
    [InlineData("state.mongodb", "connectionString", "mongodb://user:topsecret@localhost:{0},other/?replicaSet=rs0", "MongoDB at localhost:{0}")]
    public async Task One_who_is_not_there_is_named_without_its_password(string type, string setting, string value, string name)
    {
        var port = Ports.Free();
        var server = Of(type, setting, value.Replace("{0}", $"{port}", StringComparison.Ordinal));
        var fault = await server.CheckAsync(Cancellation);
        Assert.False(fault!.IsLasting);
        Assert.Contains($"{name.Replace("{0}", $"{port}", StringComparison.Ordinal)} cannot be reached", fault.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", fault + server.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_else_on_the_port_is_no_Redis()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener);
        var fault = await Of("state.redis", "redisHost", listener.LocalEndpoint.ToString()!).CheckAsync(Cancellation);
        Assert.Contains("is no Redis", fault!.Problem, StringComparison.Ordinal);
        await answering;
    }

    [Fact]
    public async Task Redis_answers_and_forgets_one_database_alone()
    {
        Assert.SkipUnless(RedisServer.IsInstalled, "Redis is not installed");
        await using var redis = new RedisServer("--requirepass", "topsecret");
        await redis.StartAsync();
        Assert.Contains("NOAUTH", (await Of("state.redis", "redisHost", redis.Host).CheckAsync(Cancellation))!.Problem, StringComparison.Ordinal);
        var one = Of("state.redis", "redisHost", redis.Host, "redisPassword", "topsecret", "redisDB", "1");
        Assert.Null(await one.CheckAsync(Cancellation));
        Assert.Contains("database 1 of Redis", await one.ForgetAsync(Cancellation), StringComparison.Ordinal);
        Assert.Contains("is empty", await one.ForgetAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RabbitMQ_answers_and_a_wrong_password_is_told_from_a_dead_server()
    {
        Assert.SkipWhen(RabbitServer.Missing is not null, RabbitServer.Missing ?? "");
        await using var rabbit = await RabbitServer.StartAsync(Cancellation);
        Assert.Null(await Of("pubsub.rabbitmq", "connectionString", rabbit.Uri).CheckAsync(Cancellation));
        var fault = await Of("pubsub.rabbitmq", "connectionString", $"amqp://guest:wrong@127.0.0.1:{rabbit.Port}").CheckAsync(Cancellation);
        Assert.True(fault!.IsLasting);
        Assert.Contains("does not know user guest", fault.Problem, StringComparison.Ordinal);
    }

    private static Server Of(string type, params string[] settings)
    {
        var metadata = settings.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        return Assert.Single(ServerList.Of([new ComponentSpec("x", type, "v1", new ComponentMetadata(metadata))]));
    }

    private static async Task AnswerAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Cancellation);
        await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Cancellation);
    }
}
