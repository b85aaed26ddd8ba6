using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Sidecar.Http;
using Sidecar.Testing.Boundary;

namespace Sidecar.Testing.Services;

/// <summary>The app's port as the sidecar knows it: every request goes to one of the instances, in turn.</summary>
internal sealed class AppFront : IAsyncDisposable
{
    private const string CloudEvents = "application/cloudevents+json";
    private const int HeaderLimit = 1024 * 1024;
    private readonly Lock gate = new();
    private readonly List<TestService> instances = [];
    private readonly Ledger<Delivery> deliveries;
    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ListenerServer server;
    private int turn;

    public AppFront(Ledger<Delivery> deliveries)
    {
        this.deliveries = deliveries;
        server = new ListenerServer([new("app", IPAddress.Loopback, Port, HttpProtocols.Http1, HandleAsync)], HeaderLimit, NullLoggerFactory.Instance);
    }

    public int Port { get; } = FreePort.Next();

    public Task StartAsync() => server.StartAsync(CancellationToken.None);

    public bool HasInstances
    {
        get
        {
            lock (gate)
            {
                return instances.Count > 0;
            }
        }
    }

    public void Add(TestService instance)
    {
        lock (gate)
        {
            instances.Add(instance);
        }

        first.TrySetResult();
    }

    public void Remove(TestService instance)
    {
        lock (gate)
        {
            instances.Remove(instance);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync(new CancellationToken(canceled: true));
        await server.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        try
        {
            await first.Task.WaitAsync(context.RequestAborted);
            var request = await Relay.ReadAsync(context, isGrpc: false);
            var (instance, answer) = await AskAsync(request, context.RequestAborted);
            Record(request, instance?.Name ?? "nobody", answer);
            if (answer is not null)
            {
                await Relay.WriteAsync(context, answer);
                return;
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException)
        {
            // Nobody waits for an answer any more.
        }

        context.Abort();
    }

    private async Task<(TestService? Instance, CallAnswer? Answer)> AskAsync(CallRequest request, CancellationToken aborted)
    {
        if (Next() is not { } instance)
        {
            return (null, null);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, instance.Life.Killed);
        try
        {
            await instance.Life.Awake().WaitAsync(either.Token);
            var answer = await instance.Relay.SendAsync(request, either.Token);
            await instance.Life.Awake().WaitAsync(either.Token);
            instance.Life.Killed.ThrowIfCancellationRequested();
            return (instance, answer);
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException)
        {
            return (instance, null);
        }
    }

    /// <summary>One that is awake before one that is not.</summary>
    private TestService? Next()
    {
        lock (gate)
        {
            var awake = instances.FindAll(instance => !instance.Life.IsPaused);
            var from = awake.Count > 0 ? awake : instances;
            return from.Count == 0 ? null : from[turn++ % from.Count];
        }
    }

    private void Record(CallRequest request, string instance, CallAnswer? answer)
    {
        if (request.Headers.Any(field => field.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) && field.Value[0].StartsWith(CloudEvents, StringComparison.OrdinalIgnoreCase)))
        {
            deliveries.Add(new Delivery(IdOf(request.Body), request.Target, instance, answer?.Status, answer is null ? "" : System.Text.Encoding.UTF8.GetString(answer.Body)));
        }
    }

    private static string IdOf(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty("id", out var id) ? id.GetString() ?? "" : "";
    }
}
