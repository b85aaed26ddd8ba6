using System.Collections.Concurrent;
using System.Net.Sockets;
using Dapr;
using Dapr.Client;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Library.Sagas.Orchestrator.Running;

/// <summary>
/// One circuit per participant and process. A call is repeated a few times at once; a participant that fails all the time is spared, and the sagas that need
/// it wait.
/// </summary>
internal sealed class SagaBreakers(DaprClient dapr, IOptions<SagaOptions> options, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, ResiliencePipeline> _pipelines = new();
    private readonly ConcurrentDictionary<string, HttpClient> _clients = new();

    /// <summary>Calls the participant through the sidecar.</summary>
    public HttpClient Client(string participant) => _clients.GetOrAdd(participant, dapr.CreateInvokableHttpClient);

    public TimeSpan Pause => options.Value.Break;

    public static bool MayPass(Exception problem) => problem is HttpRequestException or OperationCanceledException or IOException or SocketException or TimeoutException or DaprException;

    public ResiliencePipeline Of(string participant) => _pipelines.GetOrAdd(participant, _ => Make());

    public void Dispose()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }
    }

    private ResiliencePipeline Make() => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(MayPass),
            MaxRetryAttempts = Math.Max(1, options.Value.Calls - 1),
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(100),
            UseJitter = true,
        })
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(MayPass),
            FailureRatio = 1,
            MinimumThroughput = options.Value.BreakAfter,
            SamplingDuration = options.Value.Break * 4,
            BreakDuration = options.Value.Break,
        })
        .Build();
}
