using System.Text;
using Sidecar.Hosting;
using Sidecar.Telemetry.Logging;
using Sidecar.Tests.Telemetry;

namespace Sidecar.Tests.Hosting;

/// <summary>A whole sidecar in this process. A line of level error that the test did not expect fails it.</summary>
internal sealed class RunningSidecar : IAsyncDisposable
{
    private readonly SidecarHost host;
    private readonly ProcessParts? parts;
    private bool isStopped;

    private RunningSidecar(SidecarHost host, ProcessParts? parts, SidecarOptions options, LogCapture log)
    {
        this.host = host;
        this.parts = parts;
        Options = options;
        Log = log;
    }

    public SidecarOptions Options { get; }

    public LogCapture Log { get; }

    /// <summary>Part of an error line that belongs to the test.</summary>
    public string? ExpectedError { get; set; }

    public Shutdown Shutdown => host.Shutdown;

    /// <summary>Ends when it has all it waits for at its start.</summary>
    public Task Started => host.AppStarted;

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public static SidecarOptions OptionsFor(SidecarFolder folder, string appId = "a", int? appPort = null) => new()
    {
        AppId = appId,
        AppPort = appPort,
        HttpPort = FreePort.Next(),
        GrpcPort = FreePort.Next(),
        InternalGrpcPort = FreePort.Next(),
        MetricsPort = FreePort.Next(),
        ResourcesPaths = [folder.Components],
        ConfigPaths = [folder.Configuration],
    };

    public static async Task<RunningSidecar> StartAsync(SidecarOptions options, LogCapture? log = null)
    {
        log ??= new LogCapture();
        var parts = new ProcessParts(new LogOutput(log), TimeProvider.System);
        try
        {
            return new RunningSidecar(await SidecarHost.StartAsync(options, parts, [], TestContext.Current.CancellationToken), parts, options, log);
        }
        catch
        {
            await parts.DisposeAsync();
            throw;
        }
    }

    /// <summary>One of several in a process, whose parts somebody else lets go of.</summary>
    public static async Task<RunningSidecar> StartAsync(SidecarOptions options, ProcessParts shared, LogCapture log) =>
        new(await SidecarHost.StartAsync(options, shared, [], TestContext.Current.CancellationToken), null, options, log);

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Reply> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    public Task<Reply> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers) =>
        SendAsync(Options.HttpPort, method, path, body, headers);

    public async Task<Reply> SendAsync(int port, HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{port}{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Reply((int)answer.StatusCode, text, answer.Headers.Concat(answer.Content.Headers).ToDictionary(header => header.Key.ToLowerInvariant(), header => string.Join(',', header.Value)));
    }

    public async Task StopAsync()
    {
        if (!isStopped)
        {
            isStopped = true;
            await host.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (parts is not null)
        {
            await parts.DisposeAsync();
        }

        Http.Dispose();
        var unexpected = Log.Errors.Where(line => ExpectedError is null || !line.Contains(ExpectedError, StringComparison.Ordinal)).ToList();
        Assert.True(unexpected.Count == 0, "unexpected errors in the log:\n" + string.Join('\n', unexpected));
    }
}

internal sealed record Reply(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
