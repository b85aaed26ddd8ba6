using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Hosting;
using Sidecar.Invocation;

namespace Sidecar.Tests.Invocation;

public class AppPortTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Waiting_ends_when_the_app_listens()
    {
        var port = TestPort.Next();
        var waiting = Wait(port, Cancellation);
        Assert.False(waiting.IsCompleted);
        using var app = new TcpListener(IPAddress.Loopback, port);
        app.Start();
        await waiting.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
    }

    [Fact]
    public async Task Without_an_app_port_there_is_nothing_to_wait_for()
    {
        await Wait(null, Cancellation);
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        using var giveUp = new CancellationTokenSource();
        var waiting = Wait(TestPort.Next(), giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static Task Wait(int? port, CancellationToken cancellation) =>
        new AppPort(new SidecarOptions { AppId = "a", AppPort = port }, TimeProvider.System, NullLogger<AppPort>.Instance).WaitAsync(cancellation);
}
